import { defineProduct, field, grant, output, rule, source, sql } from 'cdk-data-mesh';
import { City } from '../../entities.ts';

export default defineProduct({
  domain: 'climate',
  name: 'daily-weather',
  version: '1.0.0',
  archetype: 'source-aligned',
  purpose: 'What the weather was, day by day, in the cities that we observe.',
  owner: { team: 'climate', contact: 'climate@flights.example' },
  inputs: {
    observations: source({
      description: 'One line for each city and day, 2012 to 2015',
      path: 'weather.csv',
      format: 'csv',
      fields: {
        location: field.string('City, without its state'),
        date: field.date('The day'),
        precipitation: field.double('Rain and melted snow, in millimetres'),
        temp_max: field.double('Highest temperature, in degrees Celsius'),
        temp_min: field.double('Lowest temperature, in degrees Celsius'),
        weather: field.string('In a word'),
      },
    }),
  },
  outputs: {
    days: output({
      description: 'One row for each city and day; a later observation of a day replaces the one before.',
      fields: {
        city: field.string('City and state').required().identifies(City).examples('Seattle, WA'),
        day: field.date('The day').required().min('2000-01-01'),
        precipitation: field.double('Rain and melted snow').required().min(0).max(500).unit('mm'),
        highest: field.double('Highest temperature').required().min(-60).max(60).unit('°C'),
        lowest: field.double('Lowest temperature').required().min(-60).max(60).unit('°C'),
        weather: field.string('In a word').required().oneOf('sun', 'fog', 'drizzle', 'rain', 'snow'),
      },
      key: ['city', 'day'],
      mode: 'upsert',
      actualTime: 'day',
      quality: [
        rule.row('highest_is_highest', 'lowest <= highest'),
        rule.row('rain_is_wet', "weather <> 'rain' OR precipitation > 0", {
          description: 'there is water on a day of rain',
          severity: 'warning',
        }),
      ],
      slo: { volume: { minRows: 365 } },
      terms: { usage: 'Any.', license: 'Works of the United States government' },
      grants: [grant({ to: 'analysts', purpose: 'exploration' })],
    }),
  },
  transform: sql(),
});
