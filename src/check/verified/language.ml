(* language.ml - the model language: text to syntax trees.  Not verified.

   Copyright (C) 2026 the lieorbit developers
   SPDX-License-Identifier: LGPL-3.0-or-later *)
open Json

type expr =
  | Number of Z.t * Z.t
  | Name of string
  | Call of string * expr list
  | Named of string * expr          (* key=value, in a call *)
  | Chain of expr list              (* stage -> stage *)
  | Neg of expr
  | Binary of string * expr * expr
  | Transposed of expr
  | Index of expr * expr list
  | All | Range of expr * expr
  | Array of expr list list

type token = Word of string | Num of Z.t * Z.t | Op of string | End

let operators = [ "->"; ".*"; "./"; ".^"; "*"; "/"; "^"; "+"; "-"; "'"; ","; ":"; "="; "("; ")"; "["; "]" ]
let is_digit c = c >= '0' && c <= '9'
let is_letter c = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c = '_'

(* digits[.digits]; exponents are refused *)
let number s =
  let ten = Z.of_int 10 in
  match String.index_opt s '.' with
  | None -> Num (Z.of_string s, Z.one)
  | Some i ->
      let f = String.sub s (i + 1) (String.length s - i - 1) in
      let den = Z.pow ten (String.length f) in
      let num = Z.of_string (String.sub s 0 i ^ f) in
      let g = Z.gcd num den in
      Num (Z.div num g, Z.div den g)

(* statements, each a list of tokens: ends of lines and `;` separate them outside brackets and after what can end one *)
let statements (text : string) : token list list =
  let n = String.length text in
  let rec go p depth cur acc =
    let flush () = if cur = [] then acc else List.rev (End :: cur) :: acc in
    if p >= n then List.rev (flush ())
    else
      let c = text.[p] in
      if c = ' ' || c = '\t' then go (p + 1) depth cur acc
      else if c = '#' then (
        let q = ref p in
        while !q < n && text.[!q] <> '\n' do incr q done;
        go !q depth cur acc)
      else if c = '\n' then (
        let q = ref p in
        while !q < n && (text.[!q] = ' ' || text.[!q] = '\n' || text.[!q] = '\t') do incr q done;
        let arrow = !q + 1 < n && text.[!q] = '-' && text.[!q + 1] = '>' in
        let continues = match cur with Op ("+" | "-" | "*" | "/" | ".*" | "./" | "^" | ".^" | "," | "=" | "->") :: _ -> true | _ -> false in
        if depth > 0 || arrow || continues then go (p + 1) depth cur acc else go (p + 1) depth [] (flush ()))
      else if c = ';' then if depth = 0 then go (p + 1) depth [] (flush ()) else go (p + 1) depth (Op ";" :: cur) acc
      else if is_digit c || (c = '.' && p + 1 < n && is_digit text.[p + 1]) then (
        let q = ref p in
        while !q < n && is_digit text.[!q] do incr q done;
        if !q + 1 < n && text.[!q] = '.' && is_digit text.[!q + 1] then (
          incr q;
          while !q < n && is_digit text.[!q] do incr q done);
        if !q < n && is_letter text.[!q] then reject "the model: a letter right after a number";
        if !q - p > 1000 then reject "the model: a number of more than 1000 digits";
        go !q depth (number (String.sub text p (!q - p)) :: cur) acc)
      else if is_letter c then (
        let q = ref p in
        while !q < n && (is_letter text.[!q] || is_digit text.[!q]) do incr q done;
        go !q depth (Word (String.sub text p (!q - p)) :: cur) acc)
      else
        match List.find_opt (fun o -> let l = String.length o in p + l <= n && String.sub text p l = o) operators with
        | None -> reject "the model: the character `%c'" c
        | Some o ->
            let d = match o with "(" | "[" -> 1 | ")" | "]" -> -1 | _ -> 0 in
            if depth + d < 0 || depth + d > 200 then reject "the model: brackets";
            go (p + String.length o) (depth + d) (Op o :: cur) acc
  in
  go 0 0 [] []

(* a parser is a cursor on the tokens of one statement *)
type cursor = { mutable rest : token list }
let peek c = match c.rest with t :: _ -> t | [] -> End
let next c = let t = peek c in (match c.rest with _ :: r -> c.rest <- r | [] -> ()); t
let accept c o = if peek c = Op o then (ignore (next c); true) else false
let expect c o = if not (accept c o) then reject "the model: `%s' is expected" o
let word c = match next c with Word w -> w | _ -> reject "the model: a name is expected"

let rec expression c =
  let rec go a = match peek c with
    | Op (("+" | "-") as o) -> ignore (next c); let b = term c in go (Binary (o, a, b))
    | _ -> a in
  go (term c)
and term c =
  let rec go a = match peek c with
    | Op (("*" | "/" | ".*" | "./") as o) -> ignore (next c); let b = factor c in go (Binary (o, a, b))
    | _ -> a in
  go (factor c)
and signs c = if accept c "-" then 1 + signs c else if accept c "+" then signs c else 0
and signed c item = let s = signs c in let a = item c in if s mod 2 = 1 then Neg a else a
and factor c = signed c power
and power c =
  let a = postfix c in
  if accept c "^" then let b = signed c primary in Binary ("^", a, b)
  else if accept c ".^" then let b = signed c primary in Binary (".^", a, b)
  else a
and postfix c =
  let rec go a =
    if accept c "'" then go (Transposed a)
    else if accept c "[" then (let l = separated c index in expect c "]"; go (Index (a, l)))
    else a in
  go (primary c)
and separated : 'a. cursor -> (cursor -> 'a) -> 'a list = fun c item ->
  let a = item c in if accept c "," then a :: separated c item else [ a ]
and index c =
  if accept c ":" then All
  else let a = expression c in if accept c ":" then Range (a, expression c) else a
and primary c = match next c with
  | Num (a, b) -> Number (a, b)
  | Word w ->
      if accept c "(" then if accept c ")" then Call (w, [])
        else (let l = separated c argument in expect c ")"; Call (w, l))
      else Name w
  | Op "(" -> let a = expression c in expect c ")"; a
  | Op "[" ->
      let rec rows () = let r = separated c expression in if accept c ";" then r :: rows () else [ r ] in
      let r = rows () in expect c "]"; Array r
  | _ -> reject "the model: an expression is expected"
and argument c = match c.rest with
  | Word w :: Op "=" :: r -> c.rest <- r; Named (w, expression c)
  | _ -> let a = expression c in if peek c = Op "->" then Chain (a :: stages c) else a
and stages c = if accept c "->" then let a = expression c in a :: stages c else []

let finish c a = if peek c <> End then reject "the model: something is left over at the end of a statement"; a
let parse_expression text = match statements text with
  | [ t ] -> let c = { rest = t } in finish c (expression c)
  | _ -> reject "a law: one expression is expected"
