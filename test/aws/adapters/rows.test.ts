import { describe } from 'vitest';
import { createRows } from '../../../lib/adapters/aws/rows/create-rows.ts';
import { createSources } from '../../../lib/adapters/aws/sources.aws.ts';
import type { Ports } from '../../../lib/ports/ports.ts';
import type { Support } from '../../../lib/ports/support.ts';
import { OPERATIONS } from '../../../lib/ports/support.ts';
import { sourcesSuite } from '../../conformance/sources.suite.ts';
import type { ConformanceTarget } from '../../conformance/target.ts';
import { warehouseSuite } from '../../conformance/warehouse.suite.ts';
import { warehouseSourcesSuite } from '../../conformance/warehouse-sources.suite.ts';
import { createWarehousePlace } from '../conformance/warehouse-place.ts';

const full = Object.fromEntries(OPERATIONS.map((operation) => [operation, 'full'])) as unknown as Support;

const target: ConformanceTarget = {
  name: 'aws',
  support: full,
  async create() {
    const place = await createWarehousePlace();
    const { athena, glue, s3, bucket, rowFilters } = place;
    const open = () => {
      const rows = createRows({ athena, glue, s3, bucket, place: place.place, rowFilters });
      return { sources: createSources({ s3, bucket }), warehouse: place.open(rows) } as unknown as Ports;
    };
    const not = () => Promise.reject(new Error('not here'));
    return {
      ports: open(),
      advance: () => undefined,
      anotherProcess: open,
      land: place.land,
      deliver: not,
      leaveUnfinished: not,
      schedule: not,
      remove: async () => undefined,
    };
  },
};

describe('rows on AWS', () => {
  sourcesSuite(target);
  warehouseSourcesSuite(target);
  warehouseSuite(target);
});
