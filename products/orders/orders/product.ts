import { defineProduct, field, grant, input, output, rule, source, sql } from 'cdk-data-mesh';
import vendors from '../../ecommerce/vendors/product.ts';
import { Customer, Item, Microzone, Order, User, Vendor } from '../../entities.ts';
import users from '../../users/users/product.ts';

const currency = () => field.string('ISO 4217').required().oneOf('EUR', 'CHF', 'GBP', 'DKK', 'SEK');

export default defineProduct({
  domain: 'orders',
  name: 'orders',
  version: '1.0.0',
  archetype: 'source-aligned',
  purpose: 'What was bought, by whom, where and for how much, with all corrections made.',
  owner: { team: 'orders', contact: 'orders@opetence.example' },
  inputs: {
    order_drops: source({
      description: 'Orders as the checkout writes them; corrections come as further rows',
      path: 'orders/orders',
      format: 'csv',
      fields: {
        order_id: field.string('Number of the order'),
        user_id: field.string('Who ordered').classified('confidential'),
        vendor_id: field.string('From whom'),
        placed_at: field.timestamp('When'),
        promised_at: field.timestamp('When it was to be at the door'),
        status: field.string('delivered, cancelled or returned; blanks and capitals vary'),
        city: field.string('Where to'),
        country: field.string('ISO 3166-1 alpha-2'),
        microzone: field.string('Empty where the city is not split, or nobody knew'),
        total: field.decimal(12, 2, 'What is to be paid'),
        currency: field.string('ISO 4217; capitals vary'),
        updated_at: field.timestamp('When the row was written'),
      },
    }),
    line_drops: source({
      description: 'Lines of orders; corrections come as further rows, some belong to no order',
      path: 'orders/order_lines',
      format: 'parquet',
      fields: {
        order_id: field.string('Number of the order'),
        line_no: field.int('Line, from 1'),
        item_id: field.string('What'),
        quantity: field.int('How many'),
        unit_price: field.decimal(12, 2, 'For one'),
        discount: field.decimal(12, 2, 'Off the whole line'),
        currency: field.string('ISO 4217'),
        updated_at: field.timestamp('When the row was written'),
      },
    }),
    vendors: input(vendors, 'vendors', { purpose: 'order-validation' }),
    profiles: input(users, 'profiles', { purpose: 'order-validation' }),
  },
  outputs: {
    orders: output({
      description: 'One row for each order, as last corrected; orders of test accounts are left out.',
      fields: {
        order_id: field.string('The order').required().pattern('^o[0-9]+$').identifies(Order),
        user_id: field.string('Who ordered').required().identifies(User).classified('confidential'),
        user_key: field.string('Who ordered, by pseudonym').required().minLength(16).maxLength(16).identifies(Customer),
        vendor_id: field.string('From whom').required().identifies(Vendor),
        placed_at: field.timestamp('When').required().min('2020-01-01 00:00:00'),
        promised_at: field.timestamp('When it was to be at the door'),
        status: field.string('What became of it').required().oneOf('delivered', 'cancelled', 'returned'),
        city: field.string('Where to').required(),
        country: field.string('ISO 3166-1 alpha-2').required().minLength(2).maxLength(2),
        microzone: field
          .string('Microzone, or the city where it is not split or not known')
          .required()
          .identifies(Microzone),
        total: field.decimal(12, 2, 'What is to be paid, in its currency').required().min(0).max(100_000),
        currency: currency(),
        updated_at: field.timestamp('When it was last corrected').required(),
      },
      key: ['order_id'],
      mode: 'upsert',
      actualTime: 'updated_at',
      quality: [
        rule.references('vendor_exists', ['vendor_id'], 'vendors', ['vendor_id'], {
          description: 'the order is from a vendor we know',
          severity: 'warning',
        }),
        rule.row('promised_after_placed', 'promised_at IS NULL OR promised_at > placed_at'),
      ],
      slo: { completeness: { fields: ['promised_at'], share: 0.98 }, volume: { minRows: 1 } },
      terms: {
        usage: 'Reporting and planning inside Opetence.',
        limitations: 'Amounts are in the currency of the order.',
      },
      grants: [
        grant({
          to: 'logistics',
          purpose: 'delivery-measurement',
          columns: ['order_id', 'vendor_id', 'placed_at', 'promised_at', 'city', 'microzone'],
          rows: "status <> 'cancelled'",
        }),
        grant({ to: 'users', purpose: 'behaviour-analysis', columns: ['order_id', 'user_key', 'placed_at', 'status'] }),
        grant({
          to: 'marketing',
          purpose: 'campaign-attribution',
          columns: ['order_id', 'user_key', 'placed_at', 'total', 'currency'],
          rows: "status = 'delivered'",
        }),
        grant({
          to: 'finances',
          purpose: 'payment-matching',
          columns: ['order_id', 'status', 'total', 'currency', 'placed_at', 'updated_at'],
        }),
        grant({
          to: 'finances',
          purpose: 'revenue-reporting',
          columns: ['order_id', 'user_key', 'vendor_id', 'placed_at', 'status', 'city', 'country', 'total', 'currency'],
        }),
        grant({
          to: 'analysts',
          purpose: 'exploration',
          columns: ['order_id', 'vendor_id', 'placed_at', 'status', 'city', 'total', 'currency'],
        }),
      ],
    }),
    order_lines: output({
      description: 'One row for each line of an order, as last corrected.',
      fields: {
        order_id: field.string('The order').required().identifies(Order),
        line_no: field.int('Line, from 1').required().min(1).max(1000),
        item_id: field.string('What').required().identifies(Item),
        quantity: field.int('How many').required().min(1),
        unit_price: field.decimal(12, 2, 'For one').required().min(0),
        discount: field.decimal(12, 2, 'Off the whole line').required().min(0),
        amount: field.decimal(12, 2, 'What the line costs').required().min(0),
        currency: currency(),
        updated_at: field.timestamp('When it was last corrected').required(),
      },
      key: ['order_id', 'line_no'],
      mode: 'upsert',
      actualTime: 'updated_at',
      quality: [
        rule.row('discount_is_less', 'discount <= quantity * unit_price'),
        rule.references('order_exists', ['order_id'], 'orders', ['order_id'], {
          description: 'the line belongs to an order of the same drops',
          severity: 'warning',
          minShare: 0.999,
        }),
      ],
      grants: [
        grant({
          to: 'finances',
          purpose: 'revenue-reporting',
          columns: ['order_id', 'line_no', 'item_id', 'amount', 'currency'],
        }),
      ],
    }),
  },
  transform: sql({ steps: ['corrected'] }),
  tags: ['core'],
});
