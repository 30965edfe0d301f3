import type { Style } from './style.js';

/** What an import is going to do, a line a connection. */
export function planText(style: Style, rows: readonly PlanLine[]): string {
  const widest = Math.max(...rows.map(({ name }) => name.length));
  return rows
    .map(({ name, host, existing, row }) => {
      const what = existing ? `replaces what is stored (${existing.host})` : 'new';
      const line = `${name.padEnd(widest)}  ${row.provider.name}, ${host}: ${what}`;
      return style.paragraph(line, '    ', `  ${existing ? style.warning : style.next} `);
    })
    .join('\n');
}

/** As much of a planned row as is shown. */
interface PlanLine {
  readonly name: string;
  readonly host: string;
  readonly existing: { readonly host: string } | undefined;
  readonly row: { readonly provider: { readonly name: string } };
}
