import { describe, expect, it } from 'vitest';
import { publicSuffix } from '../../src/adapters/public-suffix.js';
import { checkDefinition } from '../../src/core/definition-check/check.js';
import type { Definition } from '../../src/core/definition/schema.js';
import { expand } from '../../src/core/expand/expand.js';
import { freshdesk } from '../../src/providers/freshdesk.js';
import { intercom } from '../../src/providers/intercom.js';
import { jira } from '../../src/providers/jira.js';
import { klaviyo } from '../../src/providers/klaviyo.js';
import { okta } from '../../src/providers/okta.js';
import { pagerduty } from '../../src/providers/pagerduty.js';
import { servicenow } from '../../src/providers/servicenow.js';
import { shopify } from '../../src/providers/shopify.js';
import { slack } from '../../src/providers/slack.js';
import { zendesk } from '../../src/providers/zendesk.js';
import { definitions } from '../support/built-ins.js';
import { TAKEN } from '../support/taken.js';

/** Described by their vendors' pages and not offered yet: none was tried with a live account. */
const UNTRIED: readonly Definition[] = [
  freshdesk,
  intercom,
  jira,
  klaviyo,
  okta,
  pagerduty,
  servicenow,
  shopify,
  slack,
  zendesk,
];

describe.each(UNTRIED.map((each) => [each.id, each] as const))(
  'the definition of %s',
  (_, each) => {
    it('has no fault beside the providers that are offered', () => {
      const builtIns = definitions.map(({ id, name }) => ({ id, name, domains: [] }));
      expect(checkDefinition(each, { ...TAKEN, builtIns }, publicSuffix).faults).toEqual([]);
    });

    it('says nowhere to run the same command again: a menu may stand below', () => {
      expect(JSON.stringify(expand(each))).not.toMatch(/same command|nothing is known about/iu);
    });

    it('expands to a provider with a test and a wall', () => {
      const provider = expand(each);
      expect(provider.probes.length).toBeGreaterThan(0);
      expect(provider.hosts.templates.length).toBeGreaterThan(0);
    });
  },
);
