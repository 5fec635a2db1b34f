import { describe } from 'vitest';
import { busSuite } from '../../conformance/bus.suite.ts';
import { journalSuite } from '../../conformance/journal.suite.ts';
import { ledgerSuite } from '../../conformance/ledger.suite.ts';
import { registrySuite } from '../../conformance/registry.suite.ts';
import { awsTarget } from './aws-target.ts';

describe('the AWS target', () => {
  registrySuite(awsTarget);
  ledgerSuite(awsTarget);
  busSuite(awsTarget);
  journalSuite(awsTarget);
});
