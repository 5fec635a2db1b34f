import { buildMesh } from '../build-mesh.ts';
import { chooseProducts } from '../choose-products.ts';
import { defineCommand } from '../command.ts';
import { openModel, openPorts, placeOf } from '../open-mesh.ts';

/** `mesh build [product…]` */
export default defineCommand<{ readonly retry?: boolean }>({
  configure: (command) =>
    command
      .argument(
        '[product...]',
        'domain/product, a product or a domain; with all that they read. Default: every product',
      )
      .option('--retry', 'run again what was quarantined with the same inputs'),
  async run(context, { args, options }) {
    const place = placeOf(context);
    const resolution = await openModel(context, place);
    const words = args[0] as readonly string[];
    const products = words.length > 0 ? chooseProducts(resolution, words) : undefined;
    const ports = await openPorts(context, place, resolution.model);
    try {
      return await buildMesh(context, ports, resolution, { products, retry: options.retry });
    } finally {
      ports.close();
    }
  },
});
