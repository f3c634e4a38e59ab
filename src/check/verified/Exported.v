(* Exported.v - terms of Checker.v for the files that `lieorbit export-coq` writes.  Executable; nothing
   rests on the evidence.

   Copyright (C) 2026 the lieorbit developers
   SPDX-License-Identifier: LGPL-3.0-or-later *)
From Coq Require Import ZArith List Bool String.
From LawCert Require Import Poly Model Checker Language Elaborate Layers Statements Compile.
Import ListNotations.
Open Scope list_scope.

(* ------------------------------------------------------------------ what texts denote *)
Definition nothing : compiled := Compiled (Problem 0 0 [] [] [] None []) (Layout 0 0 0) [] true [] [].
Definition model_of (r : result compiled) : compiled := match r with Ok t => t | Error _ => nothing end.
Definition law_of (t : compiled) (s : string) : law := match compile_law t s with Ok l => l | Error _ => []
  end.
(* the texts are understood, and two gated units have the same gate exactly when their pre-activations are
   the same polynomial *)
Definition understood (r : result compiled) (laws : list string) : bool :=
  match r with
  | Ok t => check_gates t && forallb (fun s => match compile_law t s with Ok _ => true | Error _ => false
    end) laws
  | Error _ => false
  end.
Theorem understood_laws text laws : understood (compile text) laws = true ->
  check_conserved (t_problem (model_of (compile text))) (map (law_of (model_of (compile text))) laws) = true
    ->
  check_text_laws text laws = true.
Proof.
  unfold check_text_laws, about, understood. destruct (compile text) as [t|]; [|discriminate]. cbn [model_of].
  intros H C. apply andb_prop in H as [-> H].
  assert (E : all_ok (compile_law t) laws = Ok (map (law_of t) laws)).
  { clear C. induction laws as [|s laws IH]; [reflexivity|]. simpl in H |- *. apply andb_prop in H as [H1
    H2]. unfold law_of at 1.
    destruct (compile_law t s); [|discriminate]. rewrite (IH H2). reflexivity. }
  rewrite E. exact C.
Qed.

(* ------------------------------------------------------------------ evidence
   Consecutive variables with integer values; a member at given inputs, with the gates that a seed gives. *)
Fixpoint integers (first : positive) (l : list Z) : list (positive * (Z * positive)) :=
  match l with [] => [] | z :: l' => (first, (z, 1%positive)) :: integers (Pos.succ first) l' end.
Definition member_at (t : compiled) (inputs : list Z) (seed : Z) (coefficients : list Z) : instance :=
  let L := t_layout t in
  Instance (integers (number_of L Input 0) inputs ++ integers (gate_number L 0) (map (gate_value seed)
    (t_seeds t)))
    coefficients None.
Definition field_number (k : nat) : instance := Instance [] [] (Some k).

(* A and C of a certificate speak of the members and laws as they are named; the kernel's fields and
   gradients are multiples of
   them (`instance_scale`, squares of denominators), so A and C are divided by these factors modulo the prime
   N. *)
Fixpoint power_modulo (N b : Z) (e : positive) : Z :=
  match e with
  | xH => (b mod N)%Z
  | xO e' => let h := power_modulo N b e' in (h * h mod N)%Z
  | xI e' => let h := power_modulo N b e' in (h * h mod N * b mod N)%Z
  end.
Definition inverse_modulo (N b : Z) : Z := if (b mod N =? 1)%Z then 1%Z else power_modulo N b (Z.to_pos (N -
  2)).
Definition scale_mod (N k : Z) (row : list Z) : list Z := if (k =? 1)%Z then row else map (fun x => (x * k
  mod N)%Z) row.
Fixpoint word_scales (N : Z) (acc : list Z) (ws : list (nat * nat)) : list Z :=
  match ws with
  | [] => acc
  | (i, j) :: ws' => word_scales N (acc ++ [(nth i acc 1 * nth j acc 1 mod N)%Z]) ws'
  end.
(* without quotients and denominators the factors are 1 *)
Definition is_integral (P : problem) (frozen : list (Z * positive)) : bool :=
  forallb (fun q => Pos.eqb (snd q) 1) frozen &&
  forallb (fun nd => match nd with
    | Quot _ _ => false | Const v => forallb (forallb (fun q => Pos.eqb (snd q) 1)) v | _ => true end)
      (p_prog P).
Definition rescaled (P : problem) (c : cert) : cert :=
  let N := c_mod c in
  let scales := word_scales N (map (if is_integral P (frozen_values P c) then fun _ => 1%Z else
    instance_scale P (frozen_values P c)) (c_instances c)) (c_words c) in
  let den l := poly_mod N (point_mod (c_point c)) (snd (law_frac l variable)) in
  Cert (c_laws c) (c_instances c) (c_words c) (c_chosen c) (c_point c) N
    (zip (fun i => scale_mod N (inverse_modulo N (nth i scales 1%Z))) (c_chosen c) (c_A c))
    (zip (fun l => scale_mod N (inverse_modulo N (den l * den l))) (c_laws c) (c_C c)).
(* rows_A: the rows of A; the inverses of the denominators of the point are computed *)
Definition evidence (P : problem) (laws : list law) (members : list instance) (words : list (nat * nat))
  (chosen : list nat)
    (point : list (Z * positive)) (N : Z) (rows_A C : list (list Z)) : cert :=
  rescaled P (Cert laws members words chosen
    (map (fun q => (q, inverse_modulo N (Zpos (snd q)))) point) N (map (column rows_A) (seq 0 (List.length
      chosen))) C).
