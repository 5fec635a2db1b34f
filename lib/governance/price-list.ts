/** What AWS asks for one unit of something. */
export interface Price {
  readonly service: string;
  /** What one is, such as `GB-month`. A GB is 2³⁰ bytes, a TB 2⁴⁰. */
  readonly unit: string;
  /** Dollars for one unit. */
  readonly dollars: number;
  /** So many units of each account and month cost nothing, for ever; offers to new accounts are left out. */
  readonly free?: number;
  /** The page of AWS that says so. */
  readonly source: string;
}

const MILLION = 1_000_000;

/**
 * List prices of one region as of one day, before discounts, free tiers of Lambda and DynamoDB, and taxes. They were read
 * in public copies of AWS' pages; hold them against the pages themselves before a budget depends on them.
 */
export const PRICE_LIST = {
  /** The day on which they were looked up, ISO. */
  date: '2026-11-21',
  region: 'us-east-1',
  prices: {
    'athena-scan': { service: 'Athena', unit: 'TB scanned', dollars: 5, source: 'Amazon Athena pricing' },
    'lambda-duration': {
      service: 'Lambda',
      unit: 'GB-second (arm64)',
      dollars: 0.0000133334,
      source: 'AWS Lambda pricing',
    },
    'lambda-requests': { service: 'Lambda', unit: 'request', dollars: 0.2 / MILLION, source: 'AWS Lambda pricing' },
    'durable-operations': {
      service: 'Lambda durable execution',
      unit: 'operation',
      dollars: 8 / MILLION,
      source: 'AWS Lambda pricing, durable functions',
    },
    'durable-written': {
      service: 'Lambda durable execution',
      unit: 'GB written',
      dollars: 0.25,
      source: 'AWS Lambda pricing, durable functions',
    },
    'durable-retained': {
      service: 'Lambda durable execution',
      unit: 'GB-month retained',
      dollars: 0.15,
      source: 'AWS Lambda pricing, durable functions',
    },
    's3-storage': { service: 'S3', unit: 'GB-month (Standard)', dollars: 0.023, source: 'Amazon S3 pricing' },
    's3-writes': { service: 'S3', unit: 'PUT or LIST request', dollars: 0.005 / 1_000, source: 'Amazon S3 pricing' },
    's3-reads': { service: 'S3', unit: 'GET request', dollars: 0.0004 / 1_000, source: 'Amazon S3 pricing' },
    'dynamodb-writes': {
      service: 'DynamoDB',
      unit: 'write request unit',
      dollars: 0.625 / MILLION,
      source: 'Amazon DynamoDB pricing, on demand',
    },
    'dynamodb-reads': {
      service: 'DynamoDB',
      unit: 'read request unit',
      dollars: 0.125 / MILLION,
      source: 'Amazon DynamoDB pricing, on demand',
    },
    'dynamodb-storage': {
      service: 'DynamoDB',
      unit: 'GB-month',
      dollars: 0.25,
      source: 'Amazon DynamoDB pricing, on demand',
    },
    'eventbridge-events': {
      service: 'EventBridge',
      unit: 'custom event',
      dollars: 1 / MILLION,
      source: 'Amazon EventBridge pricing',
    },
    'sns-requests': { service: 'SNS', unit: 'request', dollars: 0.5 / MILLION, source: 'Amazon SNS pricing' },
    'sqs-requests': { service: 'SQS', unit: 'request', dollars: 0.4 / MILLION, source: 'Amazon SQS pricing' },
    'logs-ingested': {
      service: 'CloudWatch Logs',
      unit: 'GB ingested',
      dollars: 0.5,
      source: 'Amazon CloudWatch pricing',
    },
    /** The first trail's copy of management events costs nothing; reads of data are data events. */
    'cloudtrail-data-events': {
      service: 'CloudTrail',
      unit: 'data event',
      dollars: 0.1 / 100_000,
      source: 'AWS CloudTrail pricing',
    },
    'glue-objects': {
      service: 'Glue Data Catalog',
      unit: 'object-month',
      dollars: 1 / 100_000,
      free: MILLION,
      source: 'AWS Glue pricing',
    },
    'glue-requests': {
      service: 'Glue Data Catalog',
      unit: 'request',
      dollars: 1 / MILLION,
      free: MILLION,
      source: 'AWS Glue pricing',
    },
    'glue-optimizer': {
      service: 'Glue table optimizer',
      unit: 'DPU-hour',
      dollars: 0.44,
      source: 'AWS Glue pricing',
    },
  },
} as const satisfies PriceList;

/** Dated prices. */
export interface PriceList {
  readonly date: string;
  readonly region: string;
  readonly prices: { readonly [item: string]: Price };
}

/** Something that has a price. */
export type PricedItem = keyof typeof PRICE_LIST.prices;
