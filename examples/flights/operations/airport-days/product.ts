import { days, defineProduct, field, grant, input, output, rule, sql } from 'cdk-data-mesh';
import { Airport } from '../../entities.ts';
import airports from '../../geography/airports/product.ts';
import flights from '../flights/product.ts';

export default defineProduct({
  domain: 'operations',
  name: 'airport-days',
  version: '1.0.0',
  archetype: 'aggregate',
  purpose: 'How busy an airport was on a day, and how late the flights that left it.',
  owner: { team: 'operations', contact: 'operations@flights.example' },
  inputs: {
    flights: input(flights, 'flights'),
    airports: input(airports, 'airports', { purpose: 'route-analysis' }),
  },
  outputs: {
    days: output({
      description: 'One row for each airport and day with a departure.',
      fields: {
        airport: field.string('Airport they left').required().identifies(Airport),
        day: field.date('The day, there').required(),
        departures: field.long('Flights').required().min(1),
        late: field.long('Of these, at least 15 minutes late at their destination').required().min(0),
        late_share: field.double('Of these, the share').required().min(0).max(1).unit('share'),
        delay: field.long('All delays together').required().unit('min'),
        mean_delay: field.double('Delay of a flight, on average').required().unit('min'),
        worst_delay: field.int('The longest delay').required().unit('min'),
      },
      key: ['airport', 'day'],
      mode: 'upsert',
      actualTime: 'day',
      retention: days(4_000),
      quality: [
        rule.row('late_is_less', 'late <= departures', { description: 'no more flights are late than there are' }),
        rule.row('worst_is_worst', 'mean_delay <= worst_delay'),
        rule.references('airport_exists', ['airport'], 'airports', ['airport']),
        rule.table('half_are_in_time', '2 * sum(late) <= sum(departures)', { severity: 'warning' }),
      ],
      slo: { volume: { minRows: 10_000, maxRows: 1_000_000 } },
      terms: { usage: 'Any.', limitations: 'Days on which nothing left an airport have no row.' },
      grants: [grant({ to: 'analysts', purpose: 'exploration' })],
    }),
  },
  transform: sql(),
});
