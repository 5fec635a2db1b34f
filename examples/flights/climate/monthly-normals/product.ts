import { defineProduct, field, grant, input, output, rule, sql } from 'cdk-data-mesh';
import { City } from '../../entities.ts';
import dailyWeather from '../daily-weather/product.ts';

export default defineProduct({
  domain: 'climate',
  name: 'monthly-normals',
  version: '1.0.0',
  archetype: 'aggregate',
  purpose: 'What a month is usually like in a city, whatever the year.',
  owner: { team: 'climate', contact: 'climate@flights.example' },
  inputs: { days: input(dailyWeather, 'days') },
  outputs: {
    normals: output({
      description: 'One row for each city and month of the year.',
      fields: {
        city: field.string('City and state').required().identifies(City),
        month: field.int('Month of the year').required().min(1).max(12),
        days: field.long('Days it is made of').required().min(28),
        years: field.long('Years it is made of').required().min(1),
        mean_highest: field.double('Highest temperature of a day, on average').required().unit('°C'),
        mean_lowest: field.double('Lowest temperature of a day, on average').required().unit('°C'),
        wet_share: field.double('Days with at least 1 mm of precipitation').required().min(0).max(1).unit('share'),
        snow_share: field.double('Days of snow').required().min(0).max(1).unit('share'),
      },
      key: ['city', 'month'],
      mode: 'replace',
      quality: [
        rule.row('snow_is_no_more_than_all', 'snow_share <= 1 AND mean_lowest <= mean_highest'),
        rule.table('years_are_whole', 'count(*) = 12 * count(DISTINCT city)', {
          description: 'every city has its twelve months',
        }),
      ],
      slo: { volume: { minRows: 24 } },
      terms: { usage: 'Planning.', limitations: 'Four years make no climate; they tell winter from summer.' },
      grants: [
        grant({ to: 'operations', purpose: 'delay-analysis' }),
        grant({ to: 'analysts', purpose: 'exploration' }),
      ],
    }),
  },
  transform: sql({ steps: ['dated'] }),
});
