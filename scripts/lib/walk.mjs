// Runs the sh blocks of README.md's walk, in one shell, against the API at the URL given, and prints the
// README with what they said in the json block after each. The walk lasts from its marker to the next heading.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

const [readmePath, api] = process.argv.slice(2)
const readme = readFileSync(readmePath, 'utf8')
const marker = '<!-- The outputs below are written by scripts/gen-walk'
const start = readme.indexOf(marker)
if (start < 0) throw new Error(`README.md lacks the marker ${marker}`)
const end = readme.indexOf('\n## ', start)
const steps = /```sh\n([\s\S]*?)```\n\n```json\n[\s\S]*?```/g
const walk = readme.slice(start, end)

// Cookie jars that nobody else writes, and this server.
const jars = mkdtempSync(join(tmpdir(), 'casefile-walk-'))
const boundary = '--- next step ---'
const commands = [...walk.matchAll(steps)].map(([, command]) =>
  command.replace(/^api=.*$/m, `api=${api}`).replaceAll('/tmp/', `${jars}/`),
)
const script = ['curl() { command curl -S "$@"; }', ...commands.flatMap((c) => [c, `echo '${boundary}'`])]
const said = execFileSync('bash', ['-euo', 'pipefail', '-c', script.join('\n')], {
  encoding: 'utf8',
  cwd: dirname(readmePath),
  timeout: 120_000, // it waits for a scan, and no worker may be left
})
rmSync(jars, { recursive: true })

const outputs = said.split(`${boundary}\n`).map((output) => output.split('\n').filter(Boolean).join('\n'))
let step = 0
const written = walk.replace(steps, (_, command) => `\`\`\`sh\n${command}\`\`\`\n\n\`\`\`json\n${outputs[step++]}\n\`\`\``)
process.stdout.write(readme.slice(0, start) + written + readme.slice(end))
