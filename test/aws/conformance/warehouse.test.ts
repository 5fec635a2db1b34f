import { describe } from 'vitest';
import { warehouseSuite } from '../../conformance/warehouse.suite.ts';
import { warehouseQuerySuite } from '../../conformance/warehouse-query.suite.ts';
import { warehouseSourcesSuite } from '../../conformance/warehouse-sources.suite.ts';
import { awsTarget } from './aws-target.ts';

describe('the AWS target, its warehouse', () => {
  warehouseSuite(awsTarget);
  warehouseSourcesSuite(awsTarget);
  warehouseQuerySuite(awsTarget);
});
