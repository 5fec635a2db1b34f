import { defineTransform } from 'cdk-data-mesh';
import { rankingQuality, trainLogistic } from './logistic.ts';
import type product from './product.ts';

const FEATURES = ['days_since_order', 'orders_last_90', 'orders_before', 'sessions_last_90', 'app_share'] as const;
const HORIZON = 30;
const HALF_YEAR = 182;

interface Customer {
  /** Days (since 1970) of orders, ascending. */
  readonly orders: number[];
  readonly months: { readonly day: number; readonly sessions: number; readonly app: number; readonly events: number }[];
}

/** Learns from what was known 30 days ago what happened since, and says from what is known now what may come. */
export default defineTransform<typeof product>(async function* ({ inputs, seed }) {
  const customers = new Map<string, Customer>();
  const of = (key: string): Customer => {
    const known = customers.get(key) ?? { orders: [], months: [] };
    customers.set(key, known);
    return known;
  };
  let today = 0;
  for await (const { user_key, placed_at, status } of inputs.orders.orderedBy('user_key', 'placed_at', 'order_id')) {
    const day = dayOf(placed_at);
    today = Math.max(today, day);
    if (status !== 'cancelled') of(user_key).orders.push(day);
  }
  for await (const row of inputs.engagement.orderedBy('user_key', 'month')) {
    const [web, app, email] = [Number(row.web_events), Number(row.app_events), Number(row.email_events)];
    of(row.user_key).months.push({
      day: dayOf(row.month),
      sessions: Number(row.sessions),
      app,
      events: web + app + email,
    });
  }

  const before = today - HORIZON;
  const past = [...customers.values()].filter((customer) => isCurrent(customer, before));
  const examples = past.map((customer) => ({
    features: featuresOf(customer, before),
    label: customer.orders.some((day) => day > before) ? 0 : 1,
  }));
  const model = trainLogistic(examples, { seed, features: FEATURES.length, steps: 150 });
  for (const [key, customer] of customers) {
    if (!isCurrent(customer, today)) continue;
    const risk = rounded(model.predict(featuresOf(customer, today)));
    const band = risk >= 0.7 ? 'high' : risk >= 0.4 ? 'middle' : 'low';
    yield { port: 'risk', row: { user_key: key, scored_on: isoOf(today), risk, band } };
  }
  const leaving = examples.filter(({ label }) => label === 1).length;
  const measures: [string, number][] = [
    ['auc', rankingQuality(model, model.unseen)],
    ['base_rate', examples.length === 0 ? 0 : leaving / examples.length],
    ['customers', examples.length],
    ...FEATURES.map((name, at): [string, number] => [`weight_${name.replace(/_\d+/, '')}`, model.weights[at]!]),
  ];
  for (const [measure, value] of measures) yield { port: 'evaluation', row: { measure, value: rounded(value) } };
});

function isCurrent({ orders }: Customer, today: number): boolean {
  return orders.some((day) => day <= today && day > today - HALF_YEAR);
}

/** What is known of a customer on a day, in the order of FEATURES. */
function featuresOf({ orders, months }: Customer, today: number): number[] {
  const known = orders.filter((day) => day <= today);
  const recent = known.filter((day) => day > today - 90).length;
  // A month counts once it is over.
  const visited = months.filter(({ day }) => day <= today - 31 && day > today - 122);
  const sum = (pick: (month: Customer['months'][number]) => number) =>
    visited.reduce((total, month) => total + pick(month), 0);
  const events = sum((month) => month.events);
  return [
    today - (known.at(-1) ?? today),
    recent,
    known.length - recent,
    sum((month) => month.sessions),
    events ? sum((month) => month.app) / events : 0,
  ];
}

/** Exponentials differ between machines in their last digits. */
function rounded(value: number): number {
  return Math.round(value * 1e4) / 1e4;
}

function dayOf(at: string): number {
  return Date.parse(`${at.slice(0, 10)}T00:00:00Z`) / 86_400_000;
}

function isoOf(day: number): string {
  return new Date(day * 86_400_000).toISOString().slice(0, 10);
}
