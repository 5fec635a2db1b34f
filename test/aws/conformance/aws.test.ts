import { describe, expect, test } from 'vitest';
import { OPERATIONS } from '../../../lib/ports/support.ts';
import { busSuite } from '../../conformance/bus.suite.ts';
import { grantsSuite } from '../../conformance/grants.suite.ts';
import { journalSuite } from '../../conformance/journal.suite.ts';
import { ledgerSuite } from '../../conformance/ledger.suite.ts';
import { registrySuite } from '../../conformance/registry.suite.ts';
import { sourcesSuite } from '../../conformance/sources.suite.ts';
import { tested } from '../../conformance/target.ts';
import { warehouseSuite } from '../../conformance/warehouse.suite.ts';
import { warehouseQuerySuite } from '../../conformance/warehouse-query.suite.ts';
import { warehouseSourcesSuite } from '../../conformance/warehouse-sources.suite.ts';
import { awsTarget } from './aws-target.ts';

describe('the AWS target', () => {
  registrySuite(awsTarget);
  ledgerSuite(awsTarget);
  grantsSuite(awsTarget);
  busSuite(awsTarget);
  sourcesSuite(awsTarget);
  journalSuite(awsTarget);
  warehouseSuite(awsTarget);
  warehouseSourcesSuite(awsTarget);
  warehouseQuerySuite(awsTarget);

  test('has every operation tested', () => {
    expect([...tested].sort()).toEqual([...OPERATIONS].sort());
  });
});
