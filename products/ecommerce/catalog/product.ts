import { defineProduct, field, grant, input, output, rule, source, sql } from 'cdk-data-mesh';
import { Item, Vendor } from '../../entities.ts';
import vendors from '../vendors/product.ts';

export default defineProduct({
  domain: 'ecommerce',
  name: 'catalog',
  version: '1.0.0',
  archetype: 'source-aligned',
  purpose: 'What can be bought, from whom, at which price.',
  owner: { team: 'ecommerce', contact: 'ecommerce@opetence.example' },
  inputs: {
    lists: source({
      description: 'Everything that is on sale, listed on the first of each month',
      path: 'ecommerce/catalog',
      format: 'parquet',
      fields: {
        item_id: field.string('Number in the catalog'),
        vendor_id: field.string('Who sells it; some rows name nobody we know'),
        title: field.string('What it is called'),
        category: field.string('As typed: blanks and capitals vary'),
        price: field.decimal(12, 2, 'Price; sometimes missing or negative'),
        currency: field.string('ISO 4217'),
        labels: field.list(field.string('Label'), 'Labels'),
        packaging: field.struct(
          { grams: field.long('Weight'), chilled: field.boolean('Kept cold') },
          'How it is packed',
        ),
        listed_at: field.timestamp('When the list was made'),
      },
    }),
    vendors: input(vendors, 'vendors'),
  },
  outputs: {
    items: output({
      description: 'One row for each item of a vendor we know, as last listed with a price.',
      fields: {
        item_id: field.string('The item').required().pattern('^i[0-9]+$').identifies(Item),
        vendor_id: field.string('Who sells it').required().identifies(Vendor),
        title: field.string('What it is called').required().maxLength(120).classified('public'),
        category: field
          .string('Category')
          .required()
          .classified('public')
          .oneOf('Bakery', 'Grocery', 'Flowers', 'Pharmacy', 'Restaurant', 'Bookshop', 'Butcher', 'Wine'),
        price: field.decimal(12, 2, 'Price in its currency').required().min(0.01).max(10_000).classified('public'),
        currency: field.string('ISO 4217').required().oneOf('EUR', 'CHF', 'GBP', 'DKK', 'SEK').classified('public'),
        labels: field.list(field.string('Label'), 'Labels').required(),
        packaging: field.struct(
          { grams: field.long('Weight'), chilled: field.boolean('Kept cold') },
          'How it is packed',
        ),
        listed_at: field.timestamp('When it was last listed').required(),
      },
      key: ['item_id'],
      mode: 'replace',
      actualTime: 'listed_at',
      quality: [
        rule.references('vendor_exists', ['vendor_id'], 'vendors', ['vendor_id']),
        rule.row('packaging_weighs', 'packaging.grams > 0', { severity: 'warning' }),
        rule.table('has_every_category', 'count(DISTINCT category) = 8', { severity: 'warning' }),
      ],
      slo: { volume: { minRows: 1 } },
      terms: { usage: 'Any use inside Opetence.' },
      grants: [grant({ to: 'finances', purpose: 'revenue-reporting', columns: ['item_id', 'category'] })],
    }),
  },
  transform: sql(),
  tags: ['master-data'],
});
