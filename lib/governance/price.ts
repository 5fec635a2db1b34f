import { billedBytes } from '../model/billed-bytes.ts';
import { PRICE_LIST, type Price, type PricedItem } from './price-list.ts';

/** How much of each thing was used, in the units of the price list. What is absent was not used. */
export type Quantities = { readonly [item in PricedItem]?: number };

/** A sum, and what it is made of. */
export interface Cost {
  readonly dollars: number;
  /** Of what was used, in the order of the price list. */
  readonly lines: readonly CostLine[];
}

/** What one thing costs. */
export interface CostLine {
  readonly item: PricedItem;
  readonly service: string;
  readonly quantity: number;
  readonly unit: string;
  readonly dollars: number;
}

/** What quantities cost by the price list. */
export function priceOf(quantities: Quantities): Cost {
  const lines = (Object.entries(PRICE_LIST.prices) as [PricedItem, Price][]).flatMap(([item, price]): CostLine[] => {
    const quantity = quantities[item] ?? 0;
    if (quantity === 0) return [];
    const dollars = Math.max(0, quantity - (price.free ?? 0)) * price.dollars;
    return [{ item, service: price.service, quantity, unit: price.unit, dollars }];
  });
  return { dollars: lines.reduce((sum, line) => sum + line.dollars, 0), lines };
}

/** What was measured of one product on one day. */
export interface DayUsage {
  /** As billed: see `billedBytes`. */
  readonly athenaBytes: number;
  readonly lambdaGbSeconds: number;
  readonly lambdaRequests: number;
  readonly storageBytes: number;
}

/** What a product's day costs; `day` is ISO and says how long its month is. */
export function dayCost(usage: DayUsage, day: string): Cost {
  return priceOf({
    'athena-scan': usage.athenaBytes / TB,
    'lambda-duration': usage.lambdaGbSeconds,
    'lambda-requests': usage.lambdaRequests,
    's3-storage': usage.storageBytes / GB / daysOfMonth(day),
  });
}

/** How a product is used in a month. */
export interface ProductProfile {
  readonly storageGb: number;
  readonly runs: number;
  /** For which the function is awake; while Athena works it sleeps. */
  readonly secondsPerRun: number;
  readonly memoryGb: number;
  /** By its runs, in Athena. */
  readonly queries: number;
  readonly megabytesPerQuery: number;
}

/** What a run is taken to use besides Lambda's time and Athena: generous guesses, which make up a tenth of a usual sum. */
const PER_RUN = {
  /** Once more after each wait. */
  invocations: 10,
  /** Steps, waits and child contexts. */
  durableOperations: 60,
  durableKilobytes: 200,
  s3Writes: 100,
  s3Reads: 300,
  dynamodbWrites: 50,
  dynamodbReads: 50,
  events: 2,
  logKilobytes: 100,
  glueRequests: 50,
} as const;

/** What a product costs in a month in which it is used so. An idle one costs its storage. */
export function monthlyEstimate(profile: ProductProfile): Cost {
  const { storageGb, runs, queries } = profile;
  return priceOf({
    'athena-scan': (queries * billedBytes(profile.megabytesPerQuery * MB)) / TB,
    'lambda-duration': runs * profile.secondsPerRun * profile.memoryGb,
    'lambda-requests': runs * PER_RUN.invocations,
    'durable-operations': runs * PER_RUN.durableOperations,
    'durable-written': (runs * PER_RUN.durableKilobytes * KB) / GB,
    'durable-retained': (runs * PER_RUN.durableKilobytes * KB) / GB,
    's3-storage': storageGb,
    's3-writes': runs * PER_RUN.s3Writes,
    's3-reads': runs * PER_RUN.s3Reads,
    'dynamodb-writes': runs * PER_RUN.dynamodbWrites,
    'dynamodb-reads': runs * PER_RUN.dynamodbReads,
    'eventbridge-events': runs * PER_RUN.events,
    'logs-ingested': (runs * PER_RUN.logKilobytes * KB) / GB,
    'glue-requests': runs * PER_RUN.glueRequests,
  });
}

/** What the mesh itself does by the clock, for each product: guesses, rounded up. */
const BY_THE_CLOCK = {
  /** The registrar sets grants right every hour, … */
  reconcilesPerMonth: 720,
  reconcileGbSeconds: 0.5,
  /** … and costs are collected every day. */
  collectsPerMonth: 30,
  collectGbSeconds: 0.5,
  /** Of each of them. */
  dynamodbReads: 20,
  s3Lists: 10,
} as const;

/** What a mesh costs in a month in which nothing happens, besides what its products store. */
export function meshEstimate(products: number): Cost {
  const { reconcilesPerMonth, collectsPerMonth } = BY_THE_CLOCK;
  const calls = reconcilesPerMonth + collectsPerMonth;
  const reconciling = reconcilesPerMonth * BY_THE_CLOCK.reconcileGbSeconds;
  const collecting = collectsPerMonth * BY_THE_CLOCK.collectGbSeconds;
  return priceOf({
    'lambda-duration': products * (reconciling + collecting),
    'lambda-requests': calls,
    's3-writes': products * collectsPerMonth * BY_THE_CLOCK.s3Lists,
    'dynamodb-reads': products * calls * BY_THE_CLOCK.dynamodbReads,
    'dynamodb-writes': products * collectsPerMonth * 4,
  });
}

/** `$0.35`; less than a cent with two significant digits. */
export function describeDollars(dollars: number): string {
  if (dollars === 0 || dollars >= 0.01) return `$${dollars.toFixed(2)}`;
  return `$${dollars.toPrecision(2)}`;
}

const KB = 2 ** 10;
const MB = 2 ** 20;
const GB = 2 ** 30;
const TB = 2 ** 40;

function daysOfMonth(day: string): number {
  const [year, month] = day.split('-').map(Number) as [number, number];
  return new Date(Date.UTC(year, month, 0)).getUTCDate();
}
