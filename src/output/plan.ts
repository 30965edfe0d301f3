import type { Style } from './style.js';

/** What an import is going to do, one connection a line. */
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

/** The parts of a planned row that are shown. */
interface PlanLine {
  readonly name: string;
  readonly host: string;
  readonly existing: { readonly host: string } | undefined;
  readonly row: { readonly provider: { readonly name: string } };
}
