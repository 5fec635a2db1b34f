import { describe, expect, test } from 'vitest';
import { OPERATIONS } from '../../lib/ports/support.ts';
import { busSuite } from './bus.suite.ts';
import { grantsSuite } from './grants.suite.ts';
import { journalSuite } from './journal.suite.ts';
import { ledgerSuite } from './ledger.suite.ts';
import { localTarget } from './local/local-target.ts';
import { registrySuite } from './registry.suite.ts';
import { sourcesSuite } from './sources.suite.ts';
import { tested } from './target.ts';
import { warehouseSuite } from './warehouse.suite.ts';
import { warehouseQuerySuite } from './warehouse-query.suite.ts';
import { warehouseSourcesSuite } from './warehouse-sources.suite.ts';

describe('the local target', () => {
  registrySuite(localTarget);
  ledgerSuite(localTarget);
  grantsSuite(localTarget);
  busSuite(localTarget);
  sourcesSuite(localTarget);
  journalSuite(localTarget);
  warehouseSuite(localTarget);
  warehouseSourcesSuite(localTarget);
  warehouseQuerySuite(localTarget);

  test('has every operation tested', () => {
    expect([...tested].sort()).toEqual([...OPERATIONS].sort());
  });
});
