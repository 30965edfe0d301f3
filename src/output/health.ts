import type { HealthCheck } from '../core/health.js';
import type { Style } from '../core/ports.js';

/** One line a check, and the fix below it where it is not well. */
export function healthText(style: Style, checks: readonly HealthCheck[]): string {
  return checks
    .flatMap(({ id, ok, detail, nextStep }) => [
      style.paragraph(
        `${id}: ${detail}`,
        '     ',
        `${ok ? style.dim('[ok]') : style.bold('[!!]')} `,
      ),
      ...(nextStep === null ? [] : [style.paragraph(nextStep, '       ', `     ${style.next} `)]),
    ])
    .join('\n');
}
