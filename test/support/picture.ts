import xterm, { type IBufferCell, type IBufferLine } from '@xterm/headless';

/** A terminal as it looks at one moment. */
export interface Shot {
  /** The command, above the screen. */
  readonly title: string;
  /** Every byte that the program has written until then. */
  readonly raw: string;
  readonly columns: number;
  /** The picture begins with the last line that matches, and ends with the last line of text. */
  readonly from: RegExp;
}

export type Theme = 'light' | 'dark';

interface Colours {
  readonly page: string;
  readonly frame: string;
  readonly text: string;
  /** The colour of dimmed text. */
  readonly faint: string;
  /** The terminal's colours 1 to 6, from red on; a bright one looks the same. */
  readonly palette: readonly [string, string, string, string, string, string];
}

/** Each colour has a contrast of at least 4.5 : 1 to its page. */
const THEMES: Readonly<Record<Theme, Colours>> = {
  light: {
    page: '#ffffff',
    frame: '#d1d9e0',
    text: '#1f2328',
    faint: '#59636e',
    palette: ['#cf222e', '#1a7f37', '#9a6700', '#0969da', '#8250df', '#1b7c83'],
  },
  dark: {
    page: '#0d1117',
    frame: '#3d444d',
    text: '#e6edf3',
    faint: '#9198a1',
    palette: ['#ff7b72', '#3fb950', '#d29922', '#58a6ff', '#bc8cff', '#39c5cf'],
  },
};

const [CELL, LINE, SIZE] = [8, 18, 13];
const [MARGIN, BAR] = [16, 32];

/** The rows of the terminals that are drawn, as many as a tall window has. */
export const ROWS = 48;

/** Terminals side by side, as an SVG whose text can be selected and read aloud. */
export async function draw(
  shots: readonly Shot[],
  theme: Theme,
  { title, description }: { readonly title: string; readonly description: string },
): Promise<string> {
  const colours = THEMES[theme];
  const widthOf = ({ columns }: Shot): number => columns * CELL + 2 * MARGIN;
  const screens = await Promise.all(shots.map(screenOf));
  const height = BAR + Math.max(...screens.map(({ length }) => length)) * LINE + MARGIN;
  const panes: string[] = [];
  let left = 0;
  for (const [index, shot] of shots.entries()) {
    panes.push(
      `<g transform="translate(${left} 0)">`,
      `<rect class="frame" x=".5" y=".5" width="${widthOf(shot) - 1}" height="${height - 1}" rx="8"/>`,
      `<path class="frame" d="M.5 ${BAR - 6.5}h${widthOf(shot) - 1}"/>`,
      `<text class="faint" x="${MARGIN}" y="18">${escaped(`$ ${shot.title}`)}</text>`,
      ...(screens[index] ?? []).flatMap(textOf),
      '</g>',
    );
    left += widthOf(shot) + MARGIN;
  }
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${left - MARGIN} ${height}" width="${left - MARGIN}" height="${height}" role="img" aria-labelledby="title description">`,
    `<title id="title">${escaped(title)}</title>`,
    `<desc id="description">${escaped(description)}</desc>`,
    '<style>',
    `text{font:${SIZE}px ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono","Liberation Mono",monospace;fill:${colours.text};white-space:pre}`,
    `.frame{fill:${colours.page};stroke:${colours.frame}}`,
    `.bold{font-weight:bold}.faint{fill:${colours.faint}}`,
    colours.palette.map((colour, index) => `.c${index + 1}{fill:${colour}}`).join(''),
    '</style>',
    ...panes,
    '</svg>',
  ].join('\n')}\n`;
}

/** The lines that are drawn, from the top. */
async function screenOf({ raw, columns: cols, from }: Shot): Promise<Run[][]> {
  const terminal = new xterm.Terminal({
    cols,
    rows: ROWS,
    scrollback: 2000,
    allowProposedApi: true,
  });
  await new Promise<void>((drawn) => {
    terminal.write(raw, drawn);
  });
  const { active } = terminal.buffer;
  const lines = Array.from({ length: active.length }, (_, row) => active.getLine(row));
  const words = lines.map((line) => line?.translateToString(true) ?? '');
  const first = words.findLastIndex((line) => from.test(line));
  if (first < 0) throw new Error(`no line has ${String(from)}:\n${words.join('\n')}`);
  const last = words.findLastIndex((line) => line !== '');
  return lines.slice(first, last + 1).map((line) => (line ? runsOf(line, cols) : []));
}

function textOf(runs: readonly Run[], row: number): string[] {
  if (runs.length === 0) return [];
  const y = BAR + (row + 1) * LINE - 5;
  return [`<text y="${y}">${runs.map(spanOf).join('')}</text>`];
}

/** Neighbouring characters that look the same. */
interface Run {
  readonly start: number;
  readonly look: string;
  text: string;
}

function runsOf(line: IBufferLine, columns: number): Run[] {
  const runs: Run[] = [];
  for (let column = 0; column < columns; column += 1) {
    const cell = line.getCell(column);
    const text = cell?.getChars() || ' ';
    const look = cell ? lookOf(cell) : '';
    const last = runs.at(-1);
    if (last?.look === look) last.text += text;
    else runs.push({ start: column, look, text });
  }
  // A gap is a later start of the next run, and not a text.
  return runs.flatMap(({ start, look, text }) => {
    const gap = text.length - text.trimStart().length;
    const own = text.trim();
    return own === '' ? [] : [{ start: start + gap, look, text: own }];
  });
}

/** The classes of a cell. @throws {Error} at a look that the picture cannot show. */
function lookOf(cell: IBufferCell): string {
  if (cell.isInverse() || !cell.isBgDefault() || cell.isFgRGB()) {
    throw new Error('the picture has no background colours, and the sixteen colours only');
  }
  const classes = cell.isBold() ? ['bold'] : [];
  const colour = cell.isFgDefault() ? 0 : cell.getFgColor();
  if (colour > 15) throw new Error(`the picture has no colour ${colour}`);
  // Black and white are ordinary text; bright black is for hints.
  if (colour === 8 || (cell.isDim() && colour % 8 === 0)) classes.push('faint');
  else if (colour % 8 > 0 && colour % 8 < 7) classes.push(`c${colour % 8}`);
  return classes.join(' ');
}

/** A run at its column, as wide as its columns in any font. */
function spanOf({ start, look, text }: Run): string {
  const width = text.length * CELL;
  const place = `x="${MARGIN + start * CELL}" textLength="${width}"`;
  return `<tspan ${look === '' ? '' : `class="${look}" `}${place}>${escaped(text)}</tspan>`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
