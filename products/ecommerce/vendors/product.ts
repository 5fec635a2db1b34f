import { days, defineProduct, field, grant, output, rule, source, sql } from 'cdk-data-mesh';
import { Microzone, Vendor } from '../../entities.ts';

export default defineProduct({
  domain: 'ecommerce',
  name: 'vendors',
  version: '1.0.0',
  archetype: 'source-aligned',
  purpose: 'The shops that sell through us, as they stand today.',
  owner: { team: 'ecommerce', contact: 'ecommerce@opetence.example' },
  inputs: {
    drops: source({
      description: 'Monthly export of the vendor portal: who joined or changed',
      path: 'ecommerce/vendors',
      format: 'csv',
      delimiter: ';',
      fields: {
        vendor_id: field.string('Number in the vendor portal'),
        name: field.string('As the vendor typed it; some rows were read in the wrong encoding'),
        city: field.string('City'),
        country: field.string('ISO 3166-1 alpha-2'),
        microzone: field.string('Empty where the city is not split'),
        category: field.string('What it mostly sells'),
        email: field.string('Whom we write to').classified('confidential'),
        opened_on: field.date('First day of trade'),
        active: field.boolean('Whether it sells at the moment'),
        updated_at: field.timestamp('When the row was changed'),
      },
    }),
  },
  outputs: {
    vendors: output({
      description: 'One row for each vendor; accounts made for tests are left out.',
      fields: {
        vendor_id: field.string('The vendor').required().pattern('^v[0-9]+$').identifies(Vendor).examples('v1042'),
        name: field.string('Name on the door').required().minLength(3).maxLength(80).classified('public'),
        city: field.string('City').required().classified('public'),
        country: field
          .string('ISO 3166-1 alpha-2')
          .required()
          .oneOf('DE', 'AT', 'CH', 'GB', 'DK', 'SE')
          .classified('public'),
        microzone: field
          .string('Microzone, or the city where it is not split')
          .required()
          .identifies(Microzone)
          .examples('BER-03', 'Leeds'),
        category: field.string('What it mostly sells').required().classified('public').examples('Bakery'),
        email: field.string('Whom we write to').pattern('^[^@ ]+@[^@ ]+$').classified('confidential'),
        opened_on: field.date('First day of trade').required().min('2015-01-01'),
        active: field.boolean('Whether it sells at the moment').required(),
        updated_at: field.timestamp('When the vendor portal changed it').required(),
      },
      key: ['vendor_id'],
      mode: 'upsert',
      actualTime: 'updated_at',
      quality: [
        rule.row('encoding_is_mended', "strpos(name, 'Ã') = 0", {
          description: 'no name shows UTF-8 read as Windows-1252',
        }),
        rule.row('opened_before_changed', 'opened_on <= CAST(updated_at AS DATE)'),
      ],
      slo: { completeness: { fields: ['email'], share: 0.8 }, volume: { minRows: 1, maxRows: 100_000 } },
      terms: { usage: 'Any analysis inside Opetence.', limitations: 'Never write to the addresses; ask ecommerce.' },
      grants: [
        grant({ to: 'orders', purpose: 'order-validation', columns: ['vendor_id'] }),
        grant({
          to: 'logistics',
          purpose: 'vendor-scoring',
          columns: ['vendor_id', 'name', 'city', 'category', 'active'],
        }),
        grant({
          to: 'analysts',
          purpose: 'exploration',
          columns: ['vendor_id', 'name', 'city', 'country', 'microzone', 'category'],
          rows: 'active',
          until: '2027-12-31',
        }),
      ],
      retention: days(1095),
    }),
  },
  transform: sql({ steps: ['latest'] }),
  refresh: { on: 'any', schedule: 'rate(1 day)' },
  tags: ['master-data'],
});
