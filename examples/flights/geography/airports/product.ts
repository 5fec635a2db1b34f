import { defineProduct, field, grant, output, rule, source, sql } from 'cdk-data-mesh';
import { Airport, City } from '../../entities.ts';

export default defineProduct({
  domain: 'geography',
  name: 'airports',
  version: '1.0.0',
  archetype: 'source-aligned',
  purpose: 'Where every airport of the United States is.',
  owner: { team: 'geography', contact: 'geography@flights.example' },
  inputs: {
    list: source({
      description: 'The list of airports, whole each time',
      path: 'airports.csv',
      format: 'csv',
      fields: {
        iata: field.string('Three or four letters and digits'),
        name: field.string('What it is called'),
        city: field.string('City; `NA` where nobody said'),
        state: field.string('Two letters; `NA` where nobody said'),
        country: field.string('Country'),
        latitude: field.double('Degrees north'),
        longitude: field.double('Degrees east'),
      },
    }),
  },
  outputs: {
    airports: output({
      description: 'One row for each airport.',
      fields: {
        airport: field.string('The airport').required().pattern('^[0-9A-Z]{3,4}$').identifies(Airport).examples('SEA'),
        name: field.string('What it is called').required().minLength(2).classified('public'),
        city: field.string('City and state it belongs to').identifies(City).examples('Seattle, WA'),
        state: field.string('Two letters').pattern('^[A-Z]{2}$').classified('public'),
        country: field.string('Country').required().classified('public'),
        latitude: field.double('Where it is').required().min(-90).max(90).unit('° north'),
        longitude: field.double('Where it is').required().min(-180).max(180).unit('° east'),
      },
      key: ['airport'],
      mode: 'replace',
      quality: [
        rule.row('city_has_a_state', '(city IS NULL) = (state IS NULL)'),
        rule.table('covers_the_states', 'count(DISTINCT state) >= 50', { severity: 'warning' }),
      ],
      slo: { completeness: { fields: ['city', 'state'], share: 0.99 }, volume: { minRows: 3_000, maxRows: 10_000 } },
      terms: { usage: 'Any.', license: 'Works of the United States government' },
      grants: [
        grant({ to: 'operations', purpose: 'route-analysis' }),
        grant({ to: 'analysts', purpose: 'exploration', rows: "country = 'USA'" }),
      ],
    }),
  },
  transform: sql(),
  tags: ['master-data'],
});
