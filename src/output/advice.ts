import { sentence, type Advice } from '../core/errors.js';
import type { Style } from '../core/ports.js';
import { nextWidth } from './style.js';

/** The three parts of a message as a block of lines, the next step last. `mark` starts the first line. */
export function formatAdvice(style: Style, mark: string, advice: Advice, margin = ''): string {
  const indent = `${margin}  `;
  const lines = [style.paragraph(sentence(advice), indent, `${margin}${mark} `)];
  if (advice.causes && advice.causes.length > 0) {
    lines.push(style.paragraph('Possible causes, the likeliest first:', indent));
    for (const [index, cause] of advice.causes.entries()) {
      const number = `${index + 1}.`;
      lines.push(style.paragraph(cause, `${indent}   `, `${indent}${number} `));
    }
  }
  const beside = `${indent}${' '.repeat(nextWidth(style) + 1)}`;
  lines.push(style.paragraph(advice.next, beside, `${indent}${style.next} `));
  if (advice.command !== undefined) lines.push(`${beside}${advice.command}`);
  return lines.join('\n');
}
