/** Promises that nobody waited for, and that failed: without a listener they end the process. */
export interface StrayRejections {
  /** The first one so far. */
  first(): { readonly reason: unknown } | undefined;
  stop(): void;
}

/** Listens while somebody else's code runs, so that its stray promises are its own trouble and nobody else's. */
export function listenForStrayRejections(): StrayRejections {
  let found: { readonly reason: unknown } | undefined;
  const note = (reason: unknown) => {
    found ??= { reason };
  };
  process.on('unhandledRejection', note);
  return { first: () => found, stop: () => void process.off('unhandledRejection', note) };
}

/** Lets rejections that are there already be told of. */
export function settle(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
