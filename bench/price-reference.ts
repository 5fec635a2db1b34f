import type { ProductProfile } from '../lib/governance/price.ts';

/** The product by which costs are compared: 10 GB, one run a day of 20 s at 2 GB, 100 queries of 200 MB. */
export const REFERENCE_PROFILE: ProductProfile = {
  storageGb: 10,
  runs: 30,
  secondsPerRun: 20,
  memoryGb: 2,
  queries: 100,
  megabytesPerQuery: 200,
};

/** The same product in a month in which nothing happens. */
export const IDLE_PROFILE: ProductProfile = { ...REFERENCE_PROFILE, runs: 0, queries: 0 };

/**
 * The reference product's month in us-east-1 by hand, from AWS' pages of prices and none of our code.
 *
 * | what | quantity | price | dollars |
 * |---|---|---|---|
 * | S3 storage | 10 GB-month | $0.023 per GB-month | 0.230 00 |
 * | Athena | 100 queries × 200 MB = 20,000 MB ÷ 1,048,576 MB a TB = 0.019 073 TB | $5 per TB | 0.095 37 |
 * | Lambda arm64 | 30 runs × 20 s × 2 GB = 1,200 GB-s | $0.000 013 333 4 per GB-s | 0.016 00 |
 * | durable operations | 30 runs × 60 = 1,800 | $8 per million | 0.014 40 |
 * | S3 PUT and LIST | 30 runs × 100 = 3,000 | $0.005 per 1,000 | 0.015 00 |
 * | S3 GET | 30 runs × 300 = 9,000 | $0.0004 per 1,000 | 0.003 60 |
 * | CloudWatch Logs, durable data | 30 runs × (100 KB at $0.50, 200 KB at $0.25 + $0.15) = 0.002 861 GB, 0.005 722 GB | per GB | 0.003 72 |
 * | DynamoDB | 1,500 writes, 1,500 reads | $0.625 and $0.125 per million | 0.001 13 |
 * | Lambda requests, EventBridge | 300 requests, 60 events | $0.20 and $1 per million | 0.000 12 |
 * | Glue's catalog | 1,500 requests | the first million a month are free | 0 |
 */
export const REFERENCE_DOLLARS = 0.23 + 0.09537 + 0.016 + 0.0144 + 0.015 + 0.0036 + 0.00372 + 0.00113 + 0.00012; // 0.37934
