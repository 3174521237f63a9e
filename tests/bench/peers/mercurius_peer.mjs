// Peer (c): Mercurius with its JIT and its own loaders on Fastify, as one would write it by hand.
//
// It answers the hub's own documents over schema.graphql beside this file. On PostgreSQL (c-pg)
// it reads the hub's loaded tables, only the columns it needs, by the hub's indexes, with named
// (prepared) statements; on SQLite (c) the copy of those columns. One statement for a batch, each
// key in it once. Cursors are `moment~key` and `key`; a text is `{ value }` only. No limits, no
// cost, no masking: less work than the hub's.
//
// PEER_MODULES names a folder with a package.json and the modules below installed.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'

const require = createRequire(join(process.env.PEER_MODULES, 'package.json'))
const Fastify = require('fastify')
const mercurius = require('mercurius')

const onSqlite = !process.env.PGDATABASE
const read = onSqlite ? readerOfSqlite(process.env.PEER_DATABASE) : readerOfPostgres()

function readerOfSqlite (file) {
  const Database = require('better-sqlite3')
  const database = new Database(file, { readonly: true })
  database.pragma('mmap_size = 1000000000')
  database.pragma('cache_size = -65536')
  const prepared = new Map()
  return async (sql, values) => {
    let statement = prepared.get(sql)
    if (!statement) prepared.set(sql, statement = database.prepare(sql))
    return statement.all(...values.map(v => Array.isArray(v) ? JSON.stringify(v) : v))
  }
}

function readerOfPostgres () {
  const pg = require('pg')
  pg.types.setTypeParser(20, Number) // bigint: our keys are small
  pg.types.setTypeParser(1184, moment => moment.replace(' ', 'T') + ':00')
  const pool = new pg.Pool({ max: 16, options: '-c timezone=UTC -c jit=off' })
  const names = new Map()
  return async (text, values) => {
    let name = names.get(text)
    if (!name) names.set(text, name = `s${names.size}`)
    return (await pool.query({ name, text, values })).rows
  }
}

// One statement text for both: `{keys}` is the list of keys, `{1}` to `{3}` further values.
const write = sql => onSqlite
  ? sql.replaceAll('{keys}', 'IN (SELECT value FROM json_each(?))').replace(/\{\d\}/g, '?')
      .replaceAll('{published}', 'published_at')
  : sql.replaceAll('{keys}', '= ANY($1::bigint[])').replace(/\{(\d)\}/g, '$$$1')
      .replaceAll('{published}', "coalesce(published_at, '-infinity')")
const VACANCY = 'id, title, employer_id, locations, published_at, employment_type, salary_min, salary_currency'
const FIRST_VACANCIES = write(`SELECT ${VACANCY} FROM vacancy ORDER BY {published} DESC, id DESC LIMIT {1}`)
const VACANCIES = write(`SELECT ${VACANCY} FROM vacancy WHERE ({published}, id) < ({1}, {2}) ORDER BY {published} DESC, id DESC LIMIT {3}`)
const QUALIFICATIONS = write('SELECT id, title FROM qualification WHERE id > {1} ORDER BY id LIMIT {2}')
const QUALIFICATION = write('SELECT id, title, register_status, credits, provider_id, level_id FROM qualification WHERE id = {1}')

const json = held => typeof held === 'string' ? JSON.parse(held) : held ?? []
const text = value => ({ value })
const connection = (rows, first, cursor) => {
  const more = rows.length > first
  if (more) rows.length = first
  const edges = rows.map(node => ({ cursor: cursor(node), node }))
  return { edges, pageInfo: { hasNextPage: more, endCursor: edges.length ? edges.at(-1).cursor : null } }
}
const place = row => `${row.published_at}~${row.id}`

// A loader of rows by key, and one of lists by their owner's key; each key is asked once.
const options = { cache: false }
const one = (sql, key) => ({
  opts: options,
  loader: async queries => {
    const keys = [...new Set(queries.map(q => q.obj[key]))]
    const found = new Map((await read(sql, [keys])).map(row => [row.id, row]))
    return queries.map(q => found.get(q.obj[key]) ?? null)
  }
})
const lists = async (sql, keys) => {
  const found = new Map(keys.map(k => [k, []]))
  for (const row of await read(sql, [keys])) found.get(row.owner).push(row)
  return found
}
const many = sql => ({
  opts: options,
  loader: async queries => {
    const found = await lists(sql, [...new Set(queries.map(q => q.obj.id))])
    return queries.map(q => found.get(q.obj.id))
  }
})
const organization = write('SELECT id, name, country FROM organization WHERE id {keys}')
const skill = one(write('SELECT id, uri, label FROM skill WHERE id {keys}'), 'skill_id')
const occupations = write('SELECT k.skill_id AS owner, c.uri, c.label FROM occupation_skill k JOIN occupation c ON c.id = k.occupation_id WHERE k.skill_id {keys} ORDER BY k.skill_id, c.id')

const loaders = {
  Vacancy: {
    employer: one(organization, 'employer_id'),
    requirements: many(write('SELECT vacancy_id AS owner, must, skill_id FROM requirement WHERE vacancy_id {keys} ORDER BY vacancy_id, ord'))
  },
  SkillAlignment: { skill },
  Skill: {
    occupations: {
      opts: options,
      loader: async queries => {
        const found = await lists(occupations, [...new Set(queries.map(q => q.obj.id))])
        return queries.map(q => ({ nodes: found.get(q.obj.id).slice(0, q.params.first) }))
      }
    }
  },
  Qualification: {
    provider: one(organization, 'provider_id'),
    level: one(write('SELECT id, notation, rank FROM level WHERE id {keys}'), 'level_id'),
    awardingBodies: many(write('SELECT k.qualification_id AS owner, b.id, b.name FROM qualification_awarding_body k JOIN organization b ON b.id = k.organization_id WHERE k.qualification_id {keys} ORDER BY k.qualification_id, b.id')),
    outcomes: many(write('SELECT l.qualification_id AS owner, o.id, o.text FROM qualification_outcome l JOIN learning_outcome o ON o.id = l.outcome_id WHERE l.qualification_id {keys} ORDER BY l.qualification_id, l.ord'))
  },
  LearningOutcome: {
    skills: many(write('SELECT outcome_id AS owner, skill_id FROM outcome_skill WHERE outcome_id {keys} ORDER BY outcome_id, ord'))
  }
}

const resolvers = {
  Query: {
    vacancies: async (_, { first, after }) => {
      const [moment, key] = after ? after.split('~') : []
      const rows = after
        ? await read(VACANCIES, [moment, Number(key), first + 1])
        : await read(FIRST_VACANCIES, [first + 1])
      return connection(rows, first, place)
    },
    qualifications: async (_, { first, after }) =>
      connection(await read(QUALIFICATIONS, [Number(after ?? 0), first + 1]), first, row => String(row.id)),
    qualification: async (_, { by }) =>
      (await read(QUALIFICATION, [Number(by.id.slice(by.id.lastIndexOf('_') + 1))]))[0] ?? null
  },
  Organization: { id: row => `org_${row.id}`, name: row => text(row.name) },
  Occupation: { label: row => text(row.label) },
  Skill: { label: row => text(row.label) },
  Requirement: { must: row => Boolean(row.must), skill: row => row },
  Vacancy: {
    id: row => `vac_${row.id}`,
    title: row => text(row.title),
    locations: row => json(row.locations),
    publishedAt: row => row.published_at,
    employmentType: row => row.employment_type,
    salary: row => ({ min: row.salary_min, currency: row.salary_currency })
  },
  LearningOutcome: { id: row => `out_${row.id}`, text: row => text(row.text) },
  Level: { id: row => `lvl_${row.id}` },
  Qualification: {
    id: row => `qua_${row.id}`,
    title: row => text(row.title),
    registerStatus: row => row.register_status,
    credits: row => json(row.credits)
  }
}

const app = Fastify()
const schema = readFileSync(new URL('schema.graphql', import.meta.url), 'utf8')
app.register(mercurius, { schema, resolvers, loaders, jit: 1 })
await app.listen({ port: Number(process.env.PORT), host: '127.0.0.1' })
