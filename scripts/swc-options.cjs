/** How `npm run dev` and the tests translate TypeScript: as tsconfig.json says, file by file and without checking types. */
module.exports = {
  jsc: {
    target: 'es2022',
    parser: { syntax: 'typescript', decorators: true },
    // As in tsconfig.json: declared fields must not exist before they are set, or "was it sent?" lies.
    transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: false },
  },
  module: { type: 'commonjs' },
  sourceMaps: 'inline',
};
