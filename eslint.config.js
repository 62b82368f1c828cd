import js from '@eslint/js'
import { defineConfig } from 'eslint/config'
import tseslint from 'typescript-eslint'

const fastify = (name) => ({ from: 'package', package: 'fastify', name })
const only = (regex, message) => ({
  'no-restricted-imports': ['error', { patterns: [{ regex, message }] }],
})

export default defineConfig(
  { ignores: ['dist/', 'coverage/'] },
  js.configs.recommended,
  tseslint.configs.strictTypeChecked,
  { languageOptions: { parserOptions: { projectService: true } } },
  {
    rules: {
      '@typescript-eslint/no-floating-promises': [
        'error',
        {
          checkThenables: true,
          allowForKnownSafePromises: [fastify('FastifyInstance'), fastify('FastifyReply')],
        },
      ],
      '@typescript-eslint/require-await': 'off', // Fastify handlers and async interfaces over sync stores
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
    },
  },
  // The floors (docs/architecture.md): core imports itself and pure packages only; an edge imports
  // itself and core, however deep its folders are; only the wiring on the top floor sees every room.
  {
    files: ['src/core/**'],
    rules: only(
      '^(?!\\./|(json-diff-ts|lossless-json|diff|node:crypto|node:zlib|node:util|@datadog/sketches-js|htmlparser2|fzstd)$)',
      'core imports only core and pure packages',
    ),
  },
  {
    files: ['src/{proxy,queue,store,api,config,demo,replay}/*.ts'],
    rules: only('^\\.\\./(?!core/)', 'an edge imports core, never another edge'),
  },
  {
    files: ['src/{proxy,queue,store,api,config,demo,replay}/*/*.ts'],
    rules: only(
      '^\\.\\./\\.\\./(?!core/)|^\\.\\./\\.\\./\\.\\./',
      'an edge imports core, never another edge',
    ),
  },
  {
    files: ['web/src/**'],
    rules: only(
      '^(\\.\\./)+src/(?!core/)',
      'the dashboard takes its types from src/core, nothing else',
    ),
  },
  { files: ['**/*.js'], extends: [tseslint.configs.disableTypeChecked] },
)
