(* sha256.ml - FIPS 180-4 on OCaml's 63-bit integers.  Not verified;
   compared with the test vectors by the tests.

   Copyright (C) 2026 the lieorbit developers
   SPDX-License-Identifier: LGPL-3.0-or-later *)
let mask = 0xffffffff

(* the first 32 bits of the fractional parts of the square (cube) roots of the first primes,
   computed exactly *)
let primes =
  let rec go acc k = if List.length acc = 64 then List.rev acc
    else go (if List.exists (fun p -> k mod p = 0) acc then acc else k :: acc) (k + 1) in
  Array.of_list (go [] 2)
let root degree p =
  Z.to_int (Z.logand (Z.root (Z.shift_left (Z.of_int p) (32 * degree)) degree) (Z.of_int mask))
let constants = Array.map (root 3) primes

let hex (s : string) : string =
  let n = String.length s in
  let padded = Bytes.make ((n + 72) / 64 * 64) '\000' in
  Bytes.blit_string s 0 padded 0 n;
  Bytes.set padded n '\x80';
  Bytes.set_int64_be padded (Bytes.length padded - 8) (Int64.of_int (8 * n));
  let h = Array.map (root 2) (Array.sub primes 0 8) and w = Array.make 64 0 in
  let rotate x k = ((x lsr k) lor (x lsl (32 - k))) land mask in
  for block = 0 to Bytes.length padded / 64 - 1 do
    for i = 0 to 15 do
      w.(i) <- Int32.to_int (Bytes.get_int32_be padded (64 * block + 4 * i)) land mask
    done;
    for i = 16 to 63 do
      let a = w.(i - 15) and b = w.(i - 2) in
      let s0 = rotate a 7 lxor rotate a 18 lxor (a lsr 3)
      and s1 = rotate b 17 lxor rotate b 19 lxor (b lsr 10) in
      w.(i) <- (w.(i - 16) + s0 + w.(i - 7) + s1) land mask
    done;
    let v = Array.copy h in
    for i = 0 to 63 do
      let a = v.(0) and e = v.(4) in
      let s1 = rotate e 6 lxor rotate e 11 lxor rotate e 25
      and ch = (e land v.(5)) lxor (lnot e land mask land v.(6)) in
      let t1 = v.(7) + s1 + ch + constants.(i) + w.(i) in
      let s0 = rotate a 2 lxor rotate a 13 lxor rotate a 22 in
      let t2 = s0 + ((a land v.(1)) lxor (a land v.(2)) lxor (v.(1) land v.(2))) in
      Array.blit v 0 v 1 7;
      v.(4) <- (v.(4) + t1) land mask;
      v.(0) <- (t1 + t2) land mask
    done;
    Array.iteri (fun i x -> h.(i) <- (h.(i) + x) land mask) v
  done;
  String.concat "" (Array.to_list (Array.map (Printf.sprintf "%08x") h))
