import { createStore } from '../../../lib/adapters/local/store.ts';

/**
 * Writes into the store as a process of its own: `counts` adds one to each of many numbers in one transaction, over
 * and over; `holds` keeps the store locked; `fills` writes until it cannot.
 */
const [home, what, times] = process.argv.slice(2) as [string, 'counts' | 'holds' | 'fills', string];
const store = createStore({ home });
const entry = (id: string, text: string) => [id, '2026-01-01', 'a/b', 'run', text] as const;
const insert = 'INSERT OR REPLACE INTO ledger (id, at, product, kind, entry) VALUES (?, ?, ?, ?, ?)';

if (what === 'counts') {
  for (let count = 0; count < Number(times); count += 1) {
    await store.write(({ all, run }) => {
      const rows = all<{ entry: string }>("SELECT entry FROM ledger WHERE id = 'counter'");
      run(insert, ...entry('counter', String(Number(rows[0]?.entry ?? 0) + 1)));
      run(insert, ...entry('twin', String(Number(rows[0]?.entry ?? 0) + 1)));
    });
    console.log(count);
  }
} else if (what === 'holds') {
  await store.write(({ run }) => {
    run(insert, ...entry('half', 'written'));
    console.log('holding');
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  });
} else {
  try {
    for (let count = 0; ; count += 1)
      await store.write(({ run }) => run(insert, ...entry(`${count}`, 'x'.repeat(10_000))));
  } catch (error) {
    const rows = await store.read<{ n: number }>('SELECT count(*) AS n FROM ledger');
    console.log(JSON.stringify({ ...(error as object), message: (error as Error).message, rows: rows[0]!.n }));
  }
}
store.close();
