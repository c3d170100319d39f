#!/usr/bin/env node
// Not a built file, because npm links only commands that exist when it installs.
import '../dist/cli.js'
