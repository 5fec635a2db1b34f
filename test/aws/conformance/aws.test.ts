import { describe } from 'vitest';
import { busSuite } from '../../conformance/bus.suite.ts';
import { grantsSuite } from '../../conformance/grants.suite.ts';
import { journalSuite } from '../../conformance/journal.suite.ts';
import { ledgerSuite } from '../../conformance/ledger.suite.ts';
import { registrySuite } from '../../conformance/registry.suite.ts';
import { sourcesSuite } from '../../conformance/sources.suite.ts';
import { awsTarget } from './aws-target.ts';

describe('the AWS target', () => {
  registrySuite(awsTarget);
  ledgerSuite(awsTarget);
  grantsSuite(awsTarget);
  busSuite(awsTarget);
  sourcesSuite(awsTarget);
  journalSuite(awsTarget);
});
