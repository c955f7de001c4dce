import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { faultsOf } from '../../scripts/extensions/faults.ts'
import { knownTargets } from '../../scripts/extensions/targets.ts'

/** Our extensions are without a fault; planted ones are found, each alone. Shopify's command line finds none of them. */
let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'stammgast-extensions-'))
  cpSync('extensions', folder, { recursive: true })
})
afterEach(() => rmSync(folder, { recursive: true }))

test('our extensions have no faults', () => {
  expect(faultsOf(folder)).toEqual([])
  expect(knownTargets().size).toBeGreaterThan(150)
})

const TILL = 'points-till/shopify.extension.toml'
const CHECKOUT = 'points-checkout/shopify.extension.toml'
const PANEL = 'points-widget/blocks/panel.liquid'

test.each<[string, string, string | RegExp, string, RegExp]>([
  [
    'a target that there is not',
    TILL,
    'pos.home.tile.render',
    'pos.nope.render',
    /unknown target pos\.nope\.render/,
  ],
  ['the same target twice', TILL, 'pos.home.tile.render', 'pos.home.modal.render', /stands there twice/],
  [
    'a misspelt capability',
    CHECKOUT,
    'network_access',
    'network_acces',
    /unknown key "network_acces" in capabilities/,
  ],
  ['a misspelt feature', TILL, 'runs_offline', 'run_offline', /unknown key "run_offline"/],
  ['a misspelt key', TILL, 'description = ', 'descripton = ', /unknown key "descripton"/],
  [
    'a key in a target',
    TILL,
    'module = "./src/tile.tsx"',
    'modul = "./src/tile.tsx"',
    /unknown key "modul" in pos\.home/,
  ],
  ['a file that there is not', TILL, './src/tile.tsx', './src/tiles.tsx', /no \.\/src\/tiles\.tsx/],
  ['an unknown type', TILL, '"ui_extension"', '"ui_extention"', /unknown type "ui_extention"/],
  ['a version without types', TILL, '"2026-07"', '"2026-10"', /api_version is "2026-10"/],
  ['a text that there is not', TILL, 't:name', 't:names', /no text for t:names/],
  [
    'a full page in company',
    CHECKOUT,
    'customer-account.order-status.block.render',
    'customer-account.page.render',
    /shares its extension with no other target/,
  ],
  ['a block’s target', PANEL, /"target": "\w+"/, '"target": "footer"', /unknown target "footer"/],
  ['a block’s key', PANEL, '"target"', '"targets": 1, "target"', /unknown key "targets"/],
  ['a block’s name', PANEL, /"name": "[^"]+"/, `"name": "${'x'.repeat(26)}"`, /longer than 25/],
  [
    'a type of a setting',
    PANEL,
    /"settings": \[/,
    '"settings": [{"type": "colour", "id": "x", "label": "x"},',
    /settings\/0/,
  ],
  [
    'a range beyond itself',
    PANEL,
    /"settings": \[/,
    '"settings": [{"type": "range", "id": "x", "label": "x", "min": 1, "max": 5, "step": 1, "default": 9},',
    /range x does not hold/,
  ],
  [
    'a setting that there is not',
    PANEL,
    '{% schema %}',
    '{{ block.settings.nope }}{% schema %}',
    /settings\.nope is no setting/,
  ],
  ['a schema that is none', PANEL, '{% schema %}', '{% schema %},', /no JSON/],
])('%s is found', (_, file, from, to, fault) => {
  const path = join(folder, file)
  const before = readFileSync(path, 'utf8')
  const after = before.replace(from, to)
  expect(after).not.toBe(before)
  writeFileSync(path, after)
  const found = faultsOf(folder)
  expect(found.join('\n')).toMatch(fault)
})
