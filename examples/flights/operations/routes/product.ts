import { defineProduct, field, grant, input, output, rule, sql } from 'cdk-data-mesh';
import { Airport } from '../../entities.ts';
import airports from '../../geography/airports/product.ts';
import flights from '../flights/product.ts';

export default defineProduct({
  domain: 'operations',
  name: 'routes',
  version: '1.0.0',
  archetype: 'aggregate',
  purpose: 'Which pairs of airports are connected, how far apart they are, and how reliably.',
  owner: { team: 'operations', contact: 'operations@flights.example' },
  inputs: {
    flights: input(flights, 'flights'),
    airports: input(airports, 'airports', { purpose: 'route-analysis' }),
  },
  outputs: {
    routes: output({
      description: 'One row for each origin and destination.',
      fields: {
        origin: field.string('From').required().identifies(Airport),
        destination: field.string('To').required().identifies(Airport),
        flights: field.long('Flights').required().min(1),
        distance: field.int('As the airlines report it').required().min(1).unit('mi'),
        great_circle: field.double('As geometry has it, on a sphere').min(0).unit('mi'),
        mean_delay: field.double('Delay of a flight, on average').required().unit('min'),
        late_share: field.double('Flights at least 15 minutes late').required().min(0).max(1).unit('share'),
        first_flight: field.date('The first day it was flown').required(),
        last_flight: field.date('The last day it was flown').required(),
      },
      key: ['origin', 'destination'],
      mode: 'replace',
      quality: [
        rule.row('goes_somewhere', 'origin <> destination'),
        rule.row('distance_fits_geometry', 'abs(distance - great_circle) <= 10 + 0.02 * great_circle', {
          description: 'what airlines report is what two places on a sphere are apart, within 2 % and ten miles',
          severity: 'warning',
        }),
        rule.references('origin_exists', ['origin'], 'airports', ['airport']),
        rule.references('destination_exists', ['destination'], 'airports', ['airport']),
      ],
      slo: { completeness: { fields: ['great_circle'], share: 1 }, volume: { minRows: 1_000 } },
      terms: { usage: 'Any.' },
      grants: [grant({ to: 'analysts', purpose: 'exploration' })],
    }),
  },
  transform: sql({ steps: ['flown'] }),
});
