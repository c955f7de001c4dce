/**
 * A shared library, written byte by byte, that makes every disk flush of a program take longer: loaded first
 * (`LD_PRELOAD`), its `fdatasync` and `fsync` sleep before they ask the system for the real thing. That is a slow disk
 * as a program sees it: whoever comes during a flush waits for the next one. No compiler is needed. Linux on x86-64.
 *
 * ELF: "System V Application Binary Interface", chapters 4 and 5.
 */
export function canSlowFlushes(): boolean {
  return process.platform === 'linux' && process.arch === 'x64'
}

/** The library's bytes. `delayNs`: how long each flush sleeps, below a second. */
export function slowFlushLibrary(delayNs: number): Buffer {
  if (!Number.isInteger(delayNs) || delayNs < 0 || delayNs > 999_999_999)
    throw new Error(`A flush cannot be slowed by ${delayNs} ns; 0 to 999,999,999 are possible`)
  const code = machineCode(delayNs)
  const strings = Buffer.from('\0fdatasync\0fsync\0__errno_location\0')
  const nameAt = (name: string) => strings.indexOf(`\0${name}\0`) + 1
  const symbols = Buffer.concat([
    symbol(0, 0, false),
    symbol(nameAt('fdatasync'), CODE_AT, true),
    symbol(nameAt('fsync'), CODE_AT + FSYNC, true),
    symbol(nameAt('__errno_location'), 0, false),
  ])
  const relocations = words(ERRNO_SLOT_AT, 3n * 2n ** 32n + R_X86_64_GLOB_DAT, 0)
  // One bucket: both names hang in one chain, whatever their hash. Buckets, symbols, first of the bucket, next of each.
  const hash = halfWords(1, 4, 1, 0, 2, 0, 0)
  const dynamic = words(
    ...[DT.hash, HASH_AT],
    ...[DT.stringTable, STRINGS_AT],
    ...[DT.stringTableSize, strings.length],
    ...[DT.symbolTable, SYMBOLS_AT],
    ...[DT.symbolSize, 24],
    ...[DT.relocations, RELOCATIONS_AT],
    ...[DT.relocationsSize, relocations.length],
    ...[DT.relocationSize, 24],
    ...[DT.end, 0],
  )
  const file = Buffer.alloc(ERRNO_SLOT_AT + 8)
  const segments = [
    segment(PT.load, READ | EXECUTE, 0, CODE_AT + code.length),
    segment(PT.load, READ | WRITE, DYNAMIC_AT, file.length - DYNAMIC_AT),
    segment(PT.dynamic, READ | WRITE, DYNAMIC_AT, dynamic.length),
    segment(PT.gnuStack, READ | WRITE, 0, 0),
  ]
  header(segments.length).copy(file)
  Buffer.concat(segments).copy(file, SEGMENTS_AT)
  hash.copy(file, HASH_AT)
  symbols.copy(file, SYMBOLS_AT)
  strings.copy(file, STRINGS_AT)
  relocations.copy(file, RELOCATIONS_AT)
  code.copy(file, CODE_AT)
  dynamic.copy(file, DYNAMIC_AT)
  return file
}

/** Where things lie, in the file as in memory; what is written to has pages of its own. */
const SEGMENTS_AT = 0x40
const HASH_AT = 0x180
const SYMBOLS_AT = 0x200
const STRINGS_AT = 0x280
const RELOCATIONS_AT = 0x300
const CODE_AT = 0x400
const DYNAMIC_AT = 0x1000
/** The loader puts the address of `__errno_location` here. */
const ERRNO_SLOT_AT = 0x1100
const PAGE = 0x1000

const FSYNC = 0x07
const R_X86_64_GLOB_DAT = 6n
const EXECUTE = 1
const WRITE = 2
const READ = 4
const PT = { load: 1, dynamic: 2, gnuStack: 0x6474e551 }
const DT = {
  ...{ end: 0, hash: 4, stringTable: 5, symbolTable: 6, stringTableSize: 10, symbolSize: 11 },
  ...{ relocations: 7, relocationsSize: 8, relocationSize: 9 },
}

/** The sleep goes on after a signal (PostgreSQL's processes wake one another by signals). */
function machineCode(delayNs: number): Buffer {
  return Buffer.from(
    [
      'b8 4b000000', //       00 fdatasync: mov eax, 75
      'eb 05', //             05            jmp slow
      'b8 4a000000', //       07 fsync:     mov eax, 74
      '57', //                0c slow:      push rdi                 the file
      '50', //                0d            push rax                 which call
      '4883ec 10', //         0e            sub rsp, 16              struct timespec
      '48c70424 00000000', // 12            mov qword [rsp], 0       seconds
      `48c7442408 ${halfWords(delayNs).toString('hex')}`, // 1a      mov qword [rsp+8], delay   nanoseconds
      'b8 23000000', //       23 sleep:     mov eax, 35              nanosleep
      '4889e7', //            28            mov rdi, rsp             how long
      '4889e6', //            2b            mov rsi, rsp             what a signal left of it
      '0f05', //              2e            syscall
      '4883f8 fc', //         30            cmp rax, -4              EINTR
      '74 ed', //             34            je sleep
      '4883c4 10', //         36            add rsp, 16
      '58', //                3a            pop rax
      '5f', //                3b            pop rdi
      '0f05', //              3c            syscall                  the real flush
      '4885c0', //            3e            test rax, rax
      '78 01', //             41            js failed
      'c3', //                43            ret
      'f7d8', //              44 failed:    neg eax
      '50', //                46            push rax
      `ff15 ${halfWords(ERRNO_SLOT_AT - (CODE_AT + 0x4d)).toString('hex')}`, // 47  call [rip + slot]
      '59', //                4d            pop rcx
      '8908', //              4e            mov [rax], ecx           errno
      '83c8 ff', //           50            or eax, -1
      'c3', //                53            ret
    ]
      .join('')
      .replaceAll(' ', ''),
    'hex',
  )
}

/** The file's header: 64 bits, little-endian, a shared object for x86-64, without sections. */
function header(segments: number): Buffer {
  const bytes = Buffer.alloc(64)
  bytes.write('\x7fELF\x02\x01\x01', 'latin1')
  bytes.writeUInt16LE(3, 16) // ET_DYN
  bytes.writeUInt16LE(62, 18) // EM_X86_64
  bytes.writeUInt32LE(1, 20)
  bytes.writeBigUInt64LE(BigInt(SEGMENTS_AT), 32)
  bytes.writeUInt16LE(64, 52)
  bytes.writeUInt16LE(56, 54)
  bytes.writeUInt16LE(segments, 56)
  return bytes
}

function segment(type: number, rights: number, at: number, length: number): Buffer {
  return Buffer.concat([halfWords(type, rights), words(at, at, at, length, length, PAGE)])
}

function symbol(nameAt: number, at: number, defined: boolean): Buffer {
  const bytes = Buffer.alloc(24)
  bytes.writeUInt32LE(nameAt, 0)
  bytes.writeUInt8(nameAt > 0 ? 0x12 : 0, 4) // STB_GLOBAL, STT_FUNC
  bytes.writeUInt16LE(defined ? 1 : 0, 6)
  bytes.writeBigUInt64LE(BigInt(at), 8)
  return bytes
}

/** Of 64 bits each. */
function words(...values: (number | bigint)[]): Buffer {
  const bytes = Buffer.alloc(values.length * 8)
  for (const [index, value] of values.entries()) bytes.writeBigUInt64LE(BigInt(value), index * 8)
  return bytes
}

/** Of 32 bits each. */
function halfWords(...values: number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 4)
  for (const [index, value] of values.entries()) bytes.writeUInt32LE(value, index * 4)
  return bytes
}
