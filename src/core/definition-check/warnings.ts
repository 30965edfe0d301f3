import { fault } from '../definition/faults.js';
import {
  definedHosts,
  kindOf,
  labelOf,
  placeholderNames,
  secretIds,
  testsOf,
} from '../definition/parts.js';
import type { Definition } from '../definition/schema.js';
import { domainOf } from '../definition/template.js';
import { isoDate } from '../duration.js';
import type { Fault } from '../errors.js';
import { currentNotice } from '../provenance.js';
import { placedRules } from './hidden-rules.js';
import type { Taken } from './check.js';

/** Things that aren't faults but that an author should look at again. */
export function warningsOf(definition: Definition, { builtIns }: Taken, today: Date): Fault[] {
  return [
    ...testWarnings(definition),
    ...secretWarnings(definition),
    ...ruleWarnings(definition),
    ...recognitionWarnings(definition),
    ...dateWarnings(definition, today),
    ...hostWarnings(definition, builtIns),
  ];
}

function testWarnings({ test }: Definition): Fault[] {
  const tests = testsOf(test);
  const isList = Array.isArray(test);
  const found: Fault[] = [];
  for (const [index, { expect, post }] of tests.entries()) {
    const path = isList ? ['test', index] : ['test'];
    if (expect === undefined) {
      found.push(fault(path, 'without expect, any 2xx that is no page proves the credential'));
    }
    if (post !== undefined) {
      found.push(fault([...path, 'post'], 'it is a POST: nobody can prove that it only reads'));
    }
  }
  if (tests.length > 0 && tests.every(({ identity }) => identity === undefined)) {
    found.push(fault(['test'], 'without identity, nobody sees whose credential it is'));
  }
  return found;
}

function secretWarnings(definition: Definition): Fault[] {
  return secretIds(definition).flatMap((id) => {
    const { where, page } = definition.fields[id] ?? {};
    if (where !== undefined || page !== undefined) return [];
    const label = labelOf(definition, id);
    return [fault(['fields', id], `neither where nor page says where the ${label} is found`)];
  });
}

function ruleWarnings(definition: Definition): Fault[] {
  return placedRules(definition).flatMap(({ rule: { status, means }, path }) => {
    if (![status].flat().includes(403)) return [];
    if (means === 'accepted') return [fault(path, 'a 403 is taken for a right credential')];
    if (means !== 'bad-credential' || definition.apiHeader !== undefined) return [];
    const message =
      'without apiHeader, a 403 that strangers get, too, is read as not-an-api, and never comes here';
    return [fault(path, message)];
  });
}

/** Warns if only a 401 recognises the host, since many servers answer with a 401. */
function recognitionWarnings(definition: Definition): Fault[] {
  const { apiHeader, unauthenticated, test, host } = definition;
  const asks = unauthenticated?.get !== undefined || testsOf(test).some(({ get }) => get);
  const own = unauthenticated?.responses?.filter(({ means }) => means === 'recognised') ?? [];
  const by401 = own.every(
    ({ status, has, code, fromApi }) =>
      [status].flat().includes(401) && !has && code === undefined && fromApi === undefined,
  );
  // Nothing that is typed could lead to another server.
  const isFixed = definedHosts(host).every((each) =>
    placeholderNames(each.host).every((id) => kindOf(definition, id) === 'choice'),
  );
  if (!asks || isFixed || apiHeader !== undefined || unauthenticated?.expect || !by401) return [];
  return [
    fault(
      ['unauthenticated'],
      'the product is recognised only by a 401, which any server may send',
    ),
  ];
}

const YEAR_MS = 365 * 86_400_000;

function dateWarnings({ sources, notice }: Definition, today: Date): Fault[] {
  const old = sources.flatMap(({ checked }, index) =>
    today.getTime() - Date.parse(checked) > YEAR_MS
      ? [fault(['sources', index, 'checked'], 'it was last read more than a year ago')]
      : [],
  );
  const isOver = notice && currentNotice({ notice }, isoDate(today)) === undefined;
  return [...old, ...(isOver ? [fault(['notice', 'until'], 'that day has passed')] : [])];
}

function hostWarnings({ host }: Definition, builtIns: Taken['builtIns']): Fault[] {
  const own = new Set(definedHosts(host).map((each) => domainOf(each.host)));
  const same = builtIns.find(({ domains }) => domains.some((each) => own.has(each)));
  return same ? [fault(['host'], `the built-in ${same.id} has the same one`)] : [];
}
