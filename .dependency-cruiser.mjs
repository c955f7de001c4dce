import { FLOORS } from './rooms.ts'

/** The rules that the table of rooms stands for. A path is a regular expression; `^app/domain/` is all that lies there. */

const inside = (room) => `^${room}${room.includes('.') ? '$' : '/'}`
const anyOf = (rooms) => rooms.map(inside).join('|')
/** Everything that is ours; packages and Node's modules are judged by `packages`. */
const OURS = '^(app|dev-store|extensions|scripts|test|bench|prisma)/'

function floorRules({ room, imports, typesOnly = [], packages, why }) {
  const from = { path: inside(room) }
  const rules = [
    {
      name: `${room}-floor`,
      comment: why,
      from,
      to: { path: OURS, pathNot: anyOf([room, ...imports, ...typesOnly]) },
    },
  ]
  if (typesOnly.length > 0) {
    rules.push({
      name: `${room}-types-only`,
      comment: why,
      from,
      to: { path: anyOf(typesOnly), dependencyTypesNot: ['type-only'] },
    })
  }
  if (packages) {
    rules.push(
      { name: `${room}-node`, comment: why, from, to: { dependencyTypes: ['core'] } },
      {
        name: `${room}-packages`,
        comment: why,
        from,
        to: {
          path: '(^|/)node_modules/',
          pathNot: packages.map((name) => `(^|/)node_modules/${name}/`).join('|'),
        },
      },
    )
  }
  return rules
}

/** A wing imports the wings below it, which are the ones before it in the list. */
function wingRules({ room, wings = [] }) {
  const below = wings.slice(0, -1).map((wing, i) => ({
    name: `${room}/${wing}-wings`,
    comment: `In ${room} a wing imports only wings below it: ${wings.join(', ')}.`,
    from: { path: inside(`${room}/${wing}`) },
    to: { path: anyOf(wings.slice(i + 1).map((above) => `${room}/${above}`)) },
  }))
  const unlisted = {
    name: `${room}-unlisted`,
    comment: `Every file of ${room} lies in one of its wings: ${wings.join(', ')} (rooms.ts).`,
    from: { path: inside(room), pathNot: anyOf(wings.map((wing) => `${room}/${wing}`)) },
    to: {},
  }
  return wings.length > 0 ? [...below, unlisted] : []
}

export default {
  forbidden: [
    ...FLOORS.flatMap(floorRules),
    ...FLOORS.flatMap(wingRules),
    {
      name: 'no-circle',
      comment: 'Two files that need each other are one file, or a third one is missing below them.',
      from: { path: '^app/' },
      to: { circular: true },
    },
    {
      name: 'no-circle-that-runs',
      comment: 'Which of them is ready first depends on who is asked first.',
      // In Shopify's answers a customer has orders and an order has a customer: so do the files that make them.
      from: { pathNot: '^app/|^dev-store/admin-api/present/' },
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'no-dead-file',
      comment: 'Nobody imports this file and it imports nothing: it is dead.',
      // Started or loaded by their names.
      from: {
        orphan: true,
        pathNot: '\\.d\\.ts$|^app/routes/|^scripts/(unref-timers|start/end-with-parent)\\.ts$|/assets/',
      },
      to: {},
    },
  ].map((rule) => ({ severity: 'error', ...rule })),
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^build/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
  },
}
