(* json.ml - the strict subset of JSON of the certificates.  Not verified.

   Copyright (C) 2026 the lieorbit developers
   SPDX-License-Identifier: LGPL-3.0-or-later *)
exception Reject of string
let reject fmt = Printf.ksprintf (fun s -> raise (Reject s)) fmt

type t = List of t list | Object of (string * t) list | String of string | Int of int

let parse what (s : string) : t =
  let n = String.length s and p = ref 0 in
  let fail text = reject "%s: %s at byte %d" what text !p in
  String.iter (fun c -> if c <> '\n' && (c < ' ' || c > '~')
    then reject "%s: a byte that is not printable ASCII" what) s;
  let skip () = while !p < n && s.[!p] = '\n' do incr p done in
  let peek () = skip (); if !p < n then s.[!p] else '\000' in
  let eat c = if peek () <> c then fail (Printf.sprintf "`%c' is expected" c); incr p in
  let text () =
    eat '"';
    let b = !p in
    while !p < n && s.[!p] <> '"' do
      if s.[!p] = '\\' || s.[!p] = '\n' then fail "an escape in a string";
      incr p
    done;
    if !p >= n then fail "a string without an end";
    incr p;
    String.sub s b (!p - 1 - b) in
  let rec sequence close item acc =
    let acc = item acc in
    match peek () with
    | ',' -> incr p; sequence close item acc
    | c when c = close -> incr p; List.rev acc
    | _ -> fail "a comma or a closing bracket is expected" in
  let rec value depth =
    if depth > 16 then fail "nesting deeper than 16";
    match peek () with
    | '[' -> incr p;
        if peek () = ']' then (incr p; List [])
        else List (sequence ']' (fun acc -> value (depth + 1) :: acc) [])
    | '{' ->
        incr p;
        let item acc =
          let k = text () in
          (match acc with (l, _) :: _ when l >= k -> fail ("keys out of order or twice: " ^ k) | _ -> ());
          eat ':';
          (k, value (depth + 1)) :: acc in
        if peek () = '}' then (incr p; Object []) else Object (sequence '}' item [])
    | '"' -> String (text ())
    | '0' .. '9' ->
        let b = !p in
        while !p < n && s.[!p] >= '0' && s.[!p] <= '9' do incr p done;
        let l = !p - b in
        if l > 9 || (l > 1 && s.[b] = '0') then fail "an integer with leading zero or more than 9 digits";
        Int (int_of_string (String.sub s b l))
    | _ -> fail "a value is expected" in
  if n = 0 || s.[n - 1] <> '\n' || (n > 1 && s.[n - 2] = '\n') || s.[0] = '\n'
    then reject "%s: one value and one newline are expected" what;
  let r = value 0 in
  skip ();
  if !p <> n then fail "something after the end";
  r

let list what = function List l -> l | _ -> reject "%s: a list is expected" what
let string what = function String s -> s | _ -> reject "%s: a string is expected" what
let int what = function Int i -> i | _ -> reject "%s: an integer is expected" what
let map what f j = List.map f (list what j)
(* exactly the keys given; those with `?` in front may be missing *)
let fields what keys = function
  | Object l ->
      let optional k = k.[0] = '?' in
      let bare k = if optional k then String.sub k 1 (String.length k - 1) else k in
      List.iter (fun (k, _) ->
        if not (List.exists (fun x -> bare x = k) keys) then reject "%s: unknown key %s" what k) l;
      List.iter (fun x -> if not (optional x || List.mem_assoc x l) then reject "%s: no key %s" what x) keys;
      fun k -> List.assoc_opt k l
  | _ -> reject "%s: an object is expected" what

let digits what s b =
  let n = String.length s in
  if n = b || n > 100_000 then reject "%s: the number \"%s\"" what (String.sub s 0 (min n 40));
  String.iteri (fun i c -> if i >= b && (c < '0' || c > '9')
    then reject "%s: the number \"%s\"" what (String.sub s 0 (min n 40))) s;
  if s.[b] = '0' && n > 1 then reject "%s: the number \"%s\"" what s
let integer what j =
  let s = string what j in
  digits what s (if s <> "" && s.[0] = '-' then 1 else 0);
  Z.of_string s
let rational what j =
  let s = string what j in
  match String.index_opt s '/' with
  | None -> (integer what j, Z.one)
  | Some i ->
      let den = String.sub s (i + 1) (String.length s - i - 1) in
      digits what den 0;
      let a = integer what (String (String.sub s 0 i)) and b = Z.of_string den in
      if Z.leq b Z.one || not (Z.equal (Z.gcd a b) Z.one) then reject "%s: %s is not in lowest terms" what s;
      (a, b)
