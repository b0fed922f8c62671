import regexp from 'eslint-plugin-regexp';
import tseslint from 'typescript-eslint';

const noDefaultExport = { selector: 'ExportDefaultDeclaration', message: 'Export by name.' };
const standardWords = {
  selector: 'Identifier[name=/^(maximal|minimal)[A-Z]|[pP]atience/]',
  message: 'Say max, min, and a timeout with its unit: timeoutMs.',
};

export default tseslint.config(
  {
    ignores: [
      ...[
        'dist/',
        'dist.*/',
        'client/dist/',
        'client/src/schema.ts',
        'node_modules/',
        '.data/',
        '.data-demo/',
        'test-results/',
      ],
      'coverage/',
    ],
  },
  {
    files: ['src/**/*.ts', 'test/**/*.ts', 'client/**/*.ts'],
    extends: [...tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/unbound-method': 'off',
      eqeqeq: 'error',
      'no-console': 'error',
      'no-restricted-globals': ['error', 'event'],
      'no-restricted-syntax': ['error', noDefaultExport, standardWords],
    },
  },
  {
    // Patterns meet texts of a mebibyte that anybody may have written.
    files: ['{src,client,demo,scripts,bench}/**/*.{ts,mjs,cjs,js}'],
    plugins: { regexp },
    rules: { 'regexp/no-super-linear-backtracking': 'error', 'regexp/no-super-linear-move': 'error' },
  },
  {
    files: ['**/*.mjs', '**/*.cjs', '**/*.js'],
    rules: { 'no-restricted-syntax': ['error', standardWords] },
  },
  {
    files: ['src/**/*.ts'],
    ignores: ['src/platform/config/**', 'src/**/*.spec.ts'],
    rules: {
      'no-restricted-properties': [
        'error',
        { object: 'process', property: 'env', message: 'The environment is read in platform/config only.' },
        { object: 'Date', property: 'now', message: 'Ask the Clock.' },
      ],
    },
  },
  {
    files: ['src/**/*.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          paths: [
            {
              name: '@nestjs/common',
              importNames: [
                'BadRequestException',
                'ConflictException',
                'ForbiddenException',
                'GoneException',
                'HttpException',
                'InternalServerErrorException',
                'NotFoundException',
                'UnauthorizedException',
                'UnprocessableEntityException',
                'forwardRef',
              ],
              message: 'Raise a domain error; modules import each other in one direction only.',
            },
          ],
        },
      ],
    },
  },
  {
    files: ['src/kernel/**/*.ts', 'src/contexts/**/*.ts'],
    ignores: ['src/**/*.spec.ts', 'src/kernel/clock.ts'],
    rules: {
      'no-restricted-syntax': [
        'error',
        noDefaultExport,
        standardWords,
        { selector: 'NewExpression[callee.name="Date"][arguments.length=0]', message: 'Ask the Clock.' },
      ],
    },
  },
  {
    // A test hands whatever it got to the assertion.
    files: ['test/**/*.ts'],
    rules: {
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
      // Jest wants a default export of its global set-up.
      'no-restricted-syntax': ['error', standardWords],
    },
  },
);
