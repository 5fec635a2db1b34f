import { defineProduct, field, grant, output, rule, source, sql } from 'cdk-data-mesh';
import { Customer, User } from '../../entities.ts';

export default defineProduct({
  domain: 'users',
  name: 'users',
  version: '1.0.0',
  archetype: 'source-aligned',
  purpose: 'Who has an account: once with the person, once without.',
  owner: { team: 'users', contact: 'users@opetence.example' },
  inputs: {
    accounts: source({
      description: 'Monthly export of accounts: who signed up or changed; some rows twice, some in the wrong encoding',
      path: 'users/accounts',
      format: 'csv',
      fields: {
        user_id: field.string('Number of the account'),
        email: field.string('As typed; `unknown` where it bounced').classified('personal'),
        full_name: field.string('As typed').classified('personal'),
        city: field.string('City'),
        country: field.string('ISO 3166-1 alpha-2'),
        birth_year: field.int('Year of birth').classified('personal'),
        marketing_consent: field.boolean('Whether we may advertise'),
        signed_up_at: field.timestamp('When the account was made'),
        updated_at: field.timestamp('When the row was written'),
      },
    }),
  },
  outputs: {
    profiles: output({
      description: 'One row for each account, with the person behind it.',
      fields: {
        user_id: field
          .string('The account')
          .required()
          .unique()
          .pattern('^u[0-9]+$')
          .identifies(User)
          .classified('confidential'),
        email: field.string('Where to write to').unique().pattern('^[^@ ]+@[^@ ]+$').warn().classified('personal'),
        full_name: field.string('Name').required().maxLength(200).classified('personal'),
        city: field.string('City').classified('personal'),
        country: field.string('ISO 3166-1 alpha-2').required().oneOf('DE', 'AT', 'CH', 'GB', 'DK', 'SE'),
        birth_year: field.int('Year of birth').min(1900).max(2015).warn().classified('personal'),
        marketing_consent: field.boolean('Whether we may advertise').required(),
        is_test: field.boolean('Whether testers made it').required(),
        signed_up_at: field.timestamp('When the account was made').required(),
        updated_at: field.timestamp('When it was last changed').required(),
      },
      key: ['user_id'],
      mode: 'upsert',
      actualTime: 'updated_at',
      quality: [
        rule.row('encoding_is_mended', "strpos(full_name, 'Ã') = 0", {
          description: 'no name shows UTF-8 read as Windows-1252',
        }),
        rule.row('changed_after_sign_up', 'updated_at >= signed_up_at'),
      ],
      slo: { completeness: { fields: ['email', 'city'], share: 0.98 } },
      terms: {
        usage: 'Serving the user.',
        limitations: 'Personal data: every reading needs a purpose the user agreed to.',
      },
      grants: [grant({ to: 'orders', purpose: 'order-validation', columns: ['user_id', 'is_test'] })],
    }),
    pseudonymous: output({
      description: 'One row for each account, without the person; accounts of testers are left out.',
      fields: {
        user_key: field.string('Pseudonym of the account').required().minLength(16).maxLength(16).identifies(Customer),
        country: field.string('ISO 3166-1 alpha-2').required(),
        age_band: field.string('At sign-up').required().oneOf('under 30', '30 to 49', '50 and over', 'unknown'),
        cohort: field.date('First day of the month of sign-up').required(),
        marketing_consent: field.boolean('Whether we may advertise').required(),
        updated_at: field.timestamp('When it was last changed').required(),
      },
      key: ['user_key'],
      mode: 'upsert',
      actualTime: 'updated_at',
      terms: { usage: 'Analysis of groups.', limitations: 'Never try to find out who it is.' },
      grants: [
        grant({
          to: 'marketing',
          purpose: 'campaign-attribution',
          columns: ['user_key', 'country', 'age_band'],
          rows: 'marketing_consent',
        }),
        grant({ to: 'finances', purpose: 'lifetime-value', columns: ['user_key', 'country', 'cohort'] }),
        grant({
          to: 'analysts',
          purpose: 'exploration',
          columns: ['user_key', 'country', 'age_band', 'cohort'],
          until: '2027-12-31',
        }),
      ],
    }),
  },
  transform: sql({ steps: ['latest', 'mended'] }),
  policies: [{ kind: 'consumers', teams: ['orders', 'marketing', 'finances', 'analysts'] }],
  tags: ['master-data', 'personal'],
});
