import { defineProduct, field, grant, input, output, rule, sql } from 'cdk-data-mesh';
import monthlyNormals from '../../climate/monthly-normals/product.ts';
import { Airport, City } from '../../entities.ts';
import airports from '../../geography/airports/product.ts';
import airportDays from '../airport-days/product.ts';

export default defineProduct({
  domain: 'operations',
  name: 'weather-sensitivity',
  version: '1.0.0',
  archetype: 'consumer-aligned',
  purpose: 'Whether the flights of an airport are later in the months that are usually wet or cold there.',
  owner: { team: 'operations', contact: 'operations@flights.example' },
  inputs: {
    airport_days: input(airportDays, 'days'),
    airports: input(airports, 'airports', { purpose: 'route-analysis' }),
    normals: input(monthlyNormals, 'normals', { purpose: 'delay-analysis' }),
  },
  outputs: {
    months: output({
      description: 'One row for each month of an airport whose city we know the usual weather of.',
      fields: {
        airport: field.string('The airport').required().identifies(Airport),
        city: field.string('Its city').required().identifies(City),
        month: field.date('First day of the month').required(),
        departures: field.long('Flights').required().min(1),
        late_share: field.double('Flights at least 15 minutes late').required().min(0).max(1).unit('share'),
        mean_delay: field.double('Delay of a flight, on average').required().unit('min'),
        wet_share: field.double('Wet days that such a month usually has').required().min(0).max(1).unit('share'),
        snow_share: field.double('Days of snow that it usually has').required().min(0).max(1).unit('share'),
        mean_lowest: field.double('Lowest temperature of a day that is usual then').required().unit('°C'),
      },
      key: ['airport', 'month'],
      mode: 'replace',
      actualTime: 'month',
      quality: [
        rule.row('month_begins_on_its_first', 'day_of_month(month) = 1'),
        rule.references('airport_exists', ['airport'], 'airports', ['airport']),
        rule.references('city_has_a_climate', ['city'], 'normals', ['city']),
        rule.table('several_cities', 'count(DISTINCT city) >= 2', { severity: 'warning' }),
      ],
      slo: { volume: { minRows: 1 } },
      terms: {
        usage: 'Planning of reserves by season.',
        limitations: 'The weather is what is usual in 2012 to 2015, not what it was on the day of a flight in 2001.',
      },
      grants: [grant({ to: 'analysts', purpose: 'exploration' })],
    }),
  },
  transform: sql({ steps: ['airport_months'] }),
});
