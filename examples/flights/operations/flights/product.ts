import { defineProduct, field, grant, output, rule, source, sql } from 'cdk-data-mesh';
import { Airport } from '../../entities.ts';

export default defineProduct({
  domain: 'operations',
  name: 'flights',
  version: '1.0.0',
  archetype: 'source-aligned',
  purpose: 'Every flight that took place, as the airlines reported it.',
  owner: { team: 'operations', contact: 'operations@flights.example' },
  inputs: {
    reports: source({
      description: 'Reports of the airlines, as the Bureau of Transportation Statistics collects them',
      path: 'flights-3m.parquet',
      format: 'parquet',
      fields: {
        date: field.timestamp('When it took off, in the local time of the airport'),
        delay: field.long('Minutes after the planned arrival; before it when negative'),
        distance: field.long('In miles'),
        origin: field.string('Airport it left'),
        destination: field.string('Airport it reached'),
      },
    }),
  },
  outputs: {
    flights: output({
      description: 'One row for each flight. Cancelled flights are not reported.',
      fields: {
        departed_at: field.timestamp('When it took off, in the local time of the airport').required().min('2001-01-01'),
        origin: field.string('Airport it left').required().pattern('^[0-9A-Z]{3}$').identifies(Airport),
        destination: field.string('Airport it reached').required().pattern('^[0-9A-Z]{3}$').identifies(Airport),
        distance: field.int('Between the two').required().min(1).max(6_000).unit('mi'),
        // Beyond these the airline probably mistook a day; the row stays, and is told.
        delay: field
          .int('After the planned arrival; negative: before')
          .required()
          .min(-120)
          .max(1_440)
          .warn()
          .unit('min'),
      },
      mode: 'append',
      actualTime: 'departed_at',
      quality: [
        rule.row('goes_somewhere', 'origin <> destination'),
        rule.table('mostly_in_time', 'avg(delay) BETWEEN -30 AND 60', { severity: 'warning' }),
      ],
      slo: { completeness: { fields: ['delay', 'distance'], share: 1 }, volume: { minRows: 1_000_000 } },
      terms: {
        usage: 'Any.',
        limitations: 'Reports carry no number, so a flight that was reported twice (191 might be) counts twice.',
      },
      grants: [
        grant({ to: 'analysts', purpose: 'exploration' }),
        grant({
          to: 'climate',
          purpose: 'storm-review',
          columns: ['departed_at', 'origin', 'delay'],
          rows: 'delay > 180',
        }),
      ],
    }),
  },
  transform: sql(),
});
