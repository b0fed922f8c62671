// npm run bench -- import | fairness
const benches = { import: './import.mjs', fairness: './webhook-fairness.mjs' };
const [name] = process.argv.splice(2, 1);
if (!Object.hasOwn(benches, name ?? '')) {
  process.stderr.write(`Which one? npm run bench -- ${Object.keys(benches).join(' | ')}\n`);
  process.exit(1);
}
await import(benches[name]);
