// Runs the sh blocks of a page in one shell, at the root of the clone, against the API at the URL given. Prints the page
// with their outputs in the json block after each.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const [path, root, api] = process.argv.slice(2)
const page = readFileSync(path, 'utf8')
const steps = /```sh\n([\s\S]*?)```\n\n```json\n[\s\S]*?```/g

// Private cookie jars, and this server.
const jars = mkdtempSync(join(tmpdir(), 'casefile-walk-'))
const boundary = '--- next step ---'
const commands = [...page.matchAll(steps)].map(([, command]) =>
  command.replace(/^api=.*$/m, `api=${api}`).replaceAll('/tmp/', `${jars}/`),
)
const script = ['curl() { command curl -S "$@"; }', ...commands.flatMap((c) => [c, `echo '${boundary}'`])]
const said = execFileSync('bash', ['-euo', 'pipefail', '-c', script.join('\n')], {
  encoding: 'utf8',
  cwd: root,
  timeout: 120_000, // it waits for a scan, and no worker may be left
})
rmSync(jars, { recursive: true })

const outputs = said.split(`${boundary}\n`).map((output) => output.split('\n').filter(Boolean).join('\n'))
let step = 0
const written = page.replace(steps, (_, command) => `\`\`\`sh\n${command}\`\`\`\n\n\`\`\`json\n${outputs[step++]}\n\`\`\``)
process.stdout.write(written)
