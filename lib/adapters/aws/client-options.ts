/**
 * How functions call services. The SDK would try three times within a second, and wait for an answer as long as the
 * function lives: a service that is busy for some seconds, or a connection that died while the function slept, would fail
 * a run, which nothing but the next event begins again.
 */
export const CLIENT = {
  maxAttempts: 8,
  requestHandler: { connectionTimeout: 5_000, socketTimeout: 60_000 },
} as const;
