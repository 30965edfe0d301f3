import { describe, expect, test } from 'vitest';
import {
  complete,
  type Completable,
  type CompletableOption,
} from '../../../src/core/completion/complete.js';
import { formatCompletion } from '../../../src/core/completion/format-completion.js';
import { splitLine, wordsAfterProgram } from '../../../src/core/completion/split-line.js';

const json: CompletableOption = { flag: '--json', about: 'JSON' };
const store: CompletableOption = { flag: '--store', about: 'where', value: 'store' };

const NIMBUS: Completable = {
  options: [{ flag: '--no-color', about: 'no colours' }],
  commands: [
    {
      name: 'nimbus',
      about: 'connect Nimbus',
      operands: [],
      options: [
        store,
        { flag: '--need', about: 'capabilities', value: 'capabilities' },
        { flag: '--api-key-file', about: 'a file', value: 'file' },
        {
          flag: '--sandbox',
          about: 'rehearse',
          value: ['bad-credential', 'timeout'],
          optional: true,
        },
        json,
      ],
    },
    {
      name: 'check',
      aliases: ['status'],
      about: 'check',
      operands: ['connections'],
      repeats: true,
      options: [{ flag: '--timeout', about: 'seconds', value: 'text' }, json],
    },
    {
      name: 'exec',
      about: 'run',
      operands: ['connection'],
      repeats: true,
      runsProgram: true,
      options: [json],
    },
    { name: 'guide', about: 'help', operands: ['provider', 'topic'], options: [json] },
    {
      name: 'provider',
      about: 'definitions',
      operands: [['add'], { after: { add: 'file' } }],
      options: [],
    },
    { name: 'import', about: 'many', operands: ['file'], options: [] },
    { name: 'completion', about: 'tab', operands: [['bash', 'zsh']], options: [] },
  ],
};

const STORED = ['nimbus/acme', 'nimbus/beta', 'team/x$(touch P)', 'a b', '`id`', "o'clock", '-rf'];

/** What is offered at the end of `line`, as text. */
function offered(line: string, asked: string[] = []): string {
  const completion = complete(NIMBUS, wordsAfterProgram(line, 'cw'), (kind, place) => {
    asked.push(`${kind} ${place.command} ${place.operands.join(' ')}`.trim());
    const lists: Partial<Record<string, string[]>> = {
      connection: STORED,
      connections: ['nimbus', ...STORED],
      provider: ['nimbus'],
      topic: ['find', 'limits'],
      capabilities: ['tickets.read', 'agents.read', 'agents.write'],
      store: ['keychain', 'file', 'helper:', 'vault:secret/team'],
    };
    return (lists[kind] ?? []).map((value) => ({ value }));
  });
  if (completion.by !== 'candidates') return `:${completion.by}`;
  return completion.candidates.map(({ value }) => value).join(' ');
}

test.each([
  ['cw ', 'nimbus check exec guide provider import completion'],
  ['cw c', 'check completion'],
  ['cw stat', 'status'],
  ['cw --', '--no-color'],
  ['cw --no', '--no-color'],
  ['cw --no-color ch', 'check'],
  ['cw nimbus --s', '--store --sandbox'],
  ['cw nimbus --json --store file --', '--need --api-key-file --sandbox'],
  ['cw nimbus --store=file --st', ''],
  ['cw nimbus --store ', 'keychain file helper: vault:secret/team'],
  ['cw nimbus --store vault:s', 'vault:secret/team'],
  ['cw nimbus --store=vault:s', '--store=vault:secret/team'],
  ['cw nimbus --need tickets.read,agents.r', 'tickets.read,agents.read'],
  ['cw nimbus --need tickets.read,', 'tickets.read,agents.read tickets.read,agents.write'],
  ['cw nimbus --need tickets.read,agents.read,', 'tickets.read,agents.read,agents.write'],
  ['cw nimbus --need=ti', '--need=tickets.read'],
  ['cw nimbus --api-key-file x', ':file'],
  ['cw nimbus --api-key-file=', ':file'],
  ['cw nimbus --sandbox=t', '--sandbox=timeout'],
  ['cw nimbus --sandbox t', ''],
  ['cw nimbus timeout --sandbox=t', '--sandbox=timeout'],
  ['cw nimbus --unknown=t', ''],
  ['cw nimbus x--store=f', ''],
  ['cw nimbus x', ''],
  ['cw check ', 'nimbus nimbus/acme nimbus/beta'],
  ['cw status nimbus/acme n', 'nimbus nimbus/beta'],
  ['cw check nimbus/acme,n', ''],
  ['cw check --timeout ', ''],
  ['cw check --timeout 5 nimbus/b', 'nimbus/beta'],
  ['cw check -- --', ''],
  ['cw exec nimbus/a', 'nimbus/acme'],
  ['cw exec nimbus/acme -- ', ':program'],
  ['cw exec nimbus/acme -- sh -c x', ':program'],
  ['cw guide n', 'nimbus'],
  ['cw guide nimbus l', 'limits'],
  ['cw guide nimbus limits ', ''],
  ['cw provider add ', ':file'],
  ['cw provider constructor ', ''],
  ['cw import ', ':file'],
  ['cw import - ', ''],
  ['cw import -- -x ', ''],
  ['cw completion ', 'bash zsh'],
  ['cw unknown ', ''],
  ['cw check "nimbus/b', 'nimbus/beta'],
  ['cw', 'nimbus check exec guide provider import completion'],
])('completes %j with %j', (line, expected) => {
  expect(offered(line)).toBe(expected);
});

test('a list is given the command and its operands, and no other list is read', () => {
  const asked: string[] = [];
  offered('cw guide nimbus ', asked);
  offered('cw check --', asked);
  offered('cw check --timeout ', asked);
  expect(asked).toEqual(['topic guide nimbus']);
});

test('a name that a shell would change is not offered', () => {
  expect(offered('cw exec ')).toBe('nimbus/acme nimbus/beta');
  expect(offered('cw exec team/')).toBe('');
});

describe('a line is split into words', () => {
  test.each([
    ['cw a  b', ['cw', 'a', 'b']],
    ['cw a ', ['cw', 'a', '']],
    ['', ['']],
    [`cw 'a b' "c d`, ['cw', 'a b', 'c d']],
    [`cw '' x`, ['cw', '', 'x']],
    [`cw "it's" x`, ['cw', "it's", 'x']],
    [String.raw`cw a\ b 'c\d' "e\"f"`, ['cw', 'a b', String.raw`c\d`, 'e"f']],
    [String.raw`cw "\$a" "\`b" "\\c" "C:\d\ e" x`, ['cw', '$a', '`b', '\\c', 'C:\\d\\ e', 'x']],
    ['cw a\\\nb "c\\\nd" \\\n x', ['cw', 'ab', 'cd', 'x']],
    [`cw 'a\\\nb'`, ['cw', 'a\\\nb']],
    ['cw "a\\', ['cw', 'a']],
    ['cw $(touch P) `id`', ['cw', '$(touch', 'P)', '`id`']],
  ])('%s', (line, words) => {
    expect(splitLine(line)).toEqual(words);
  });

  test.each([
    'X=/tmp/x cw a',
    'X=1 /opt/bin/cw a',
    String.raw`X=1 'C:\bin\cw.cmd' a`,
    'X=1 cw.js a',
    'other a',
  ])('after the name of the program: %s', (line) => {
    expect(wordsAfterProgram(line, 'cw')).toEqual(['a']);
  });
});

test('a completion is one candidate a line, with its description after a tab', () => {
  const candidates = [{ value: 'a', about: 'first\n\u001B[31mone' }, { value: 'b' }];
  expect(formatCompletion({ by: 'candidates', candidates })).toBe('a\tfirst one\nb\t\n');
  expect(formatCompletion({ by: 'file' })).toBe(':file\n');
});
