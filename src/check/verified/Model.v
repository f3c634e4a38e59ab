(* Model.v - the model as a straight-line program of matrices, and its expansion to polynomials.

   Copyright (C) 2026 the lieorbit developers
   SPDX-License-Identifier: LGPL-3.0-or-later

   A model is a list of nodes; a node is an operation on earlier nodes, named by their position.  One
   evaluator, `run`, serves twice: over the values (real numbers, functions: what the network means) and over
   fractions of polynomials (what the checker computes).  `run_rel` says that the two agree. *)
From Coq Require Import ZArith List Bool Lia Ring_theory Ring InitialRing.
From LawCert Require Import Poly.
Import ListNotations.

Inductive node :=
| Var (v : list (list positive))                   (* a matrix of variables: a parameter, an input *)
| Const (v : list (list (Z * positive)))           (* a matrix of rational numbers *)
| Add (i j : nat) | Opp (i : nat)
| Had (i j : nat)                                  (* entrywise product *)
| Quot (i j : nat)                                 (* entrywise quotient *)
| Scale (i j : nat)                                (* entry (0,0) of i times the matrix j *)
| MatMul (i j : nat) | Transpose (i : nat)
| Power (i k : nat)                                (* entrywise k-th power *)
| Sum (i : nat)                                    (* of all entries, as a 1 x 1 matrix *)
(* entries (node, (row, column)): slices, reshapes, stacks *)
| Pick (v : list (list (nat * (nat * nat))))
(* every entry times its gate; kind: see Ties, Symbols.v *)
| Gate (kind i : nat) (ids : list (list positive)).

Record ops (A : Type) := Ops {
  o0 : A; oadd : A -> A -> A; omul : A -> A -> A; oopp : A -> A; oquot : A -> A -> A;
  oconst : Z -> positive -> A; ovar : positive -> A }.
Arguments o0 {A}. Arguments oadd {A}. Arguments omul {A}. Arguments oopp {A}. Arguments oquot {A}.
Arguments oconst {A}. Arguments ovar {A}.

Fixpoint zip {A B C : Type} (f : A -> B -> C) (x : list A) (y : list B) : list C :=
  match x, y with a :: x', b :: y' => f a b :: zip f x' y' | _, _ => [] end.

Section Run.
  Variable A : Type.
  Variable K : ops A.
  Definition entry (m : list (list A)) (r c : nat) : A := nth c (nth r m []) (o0 K).
  Fixpoint dot (x y : list A) : A :=
    match x, y with a :: x', b :: y' => oadd K (omul K a b) (dot x' y') | _, _ => o0 K end.
  Definition transpose (m : list (list A)) : list (list A) :=
    map (fun c => map (fun r => nth c r (o0 K)) m) (seq 0 (length (hd [] m))).
  Definition matmul (a b : list (list A)) : list (list A) :=
    let bt := transpose b in map (fun r => map (dot r) bt) a.
  Fixpoint power (k : nat) (x : A) : A :=
    match k with O => oconst K 1 1 | S O => x | S k' => omul K x (power k' x) end.
  Fixpoint total (l : list A) : A := match l with [] => o0 K | a :: l' => oadd K a (total l') end.

  Definition step (acc : list (list (list A))) (nd : node) : list (list A) :=
    let N i := nth i acc [] in
    match nd with
    | Var v => map (map (ovar K)) v
    | Const v => map (map (fun t => oconst K (fst t) (snd t))) v
    | Add i j => zip (zip (oadd K)) (N i) (N j)
    | Opp i => map (map (oopp K)) (N i)
    | Had i j => zip (zip (omul K)) (N i) (N j)
    | Quot i j => zip (zip (oquot K)) (N i) (N j)
    | Scale i j => map (map (omul K (entry (N i) 0 0))) (N j)
    | MatMul i j => matmul (N i) (N j)
    | Transpose i => transpose (N i)
    | Power i k => map (map (power k)) (N i)
    | Sum i => [[total (concat (N i))]]
    | Pick v => map (map (fun t => entry (N (fst t)) (fst (snd t)) (snd (snd t)))) v
    | Gate _ i ids => zip (zip (omul K)) (map (map (ovar K)) ids) (N i)
    end.
  Fixpoint run (prog : list node) (acc : list (list (list A))) : list (list (list A)) :=
    match prog with [] => acc | nd :: t => run t (acc ++ [step acc nd]) end.
End Run.
Arguments run {A}. Arguments step {A}. Arguments entry {A}. Arguments total {A}.

(* Two interpretations related leaf by leaf and operation by operation are related everywhere. *)
Section Rel.
  Variables A B : Type.
  Variables (OA : ops A) (OB : ops B) (rel : A -> B -> Prop).
  Hypothesis r0 : rel (o0 OA) (o0 OB).
  Hypothesis radd : forall a b x y, rel a x -> rel b y -> rel (oadd OA a b) (oadd OB x y).
  Hypothesis rmul : forall a b x y, rel a x -> rel b y -> rel (omul OA a b) (omul OB x y).
  Hypothesis ropp : forall a x, rel a x -> rel (oopp OA a) (oopp OB x).
  Hypothesis rquot : forall a b x y, rel a x -> rel b y -> rel (oquot OA a b) (oquot OB x y).
  Hypothesis rconst : forall z p, rel (oconst OA z p) (oconst OB z p).
  Hypothesis rvar : forall a, rel (ovar OA a) (ovar OB a).
  Notation rows := (Forall2 rel).
  Notation mats := (Forall2 (Forall2 rel)).

  Lemma nth_rel {X Y} (P : X -> Y -> Prop) dx dy l l' i : P dx dy -> Forall2 P l l' ->
    P (nth i l dx) (nth i l' dy).
  Proof. intros D H. revert i. induction H; intros [|i]; simpl; auto. Qed.
  Lemma map_rel {X Y X' Y'} (P : X -> Y -> Prop) (Q : X' -> Y' -> Prop) f g l l' :
    (forall x y, P x y -> Q (f x) (g y)) -> Forall2 P l l' -> Forall2 Q (map f l) (map g l').
  Proof. intros H F. induction F; simpl; constructor; auto. Qed.
  Lemma map_same {X X' Y'} (Q : X' -> Y' -> Prop) f g (l : list X) :
    (forall x, Q (f x) (g x)) -> Forall2 Q (map f l) (map g l).
  Proof. intros H. induction l; simpl; constructor; auto. Qed.
  Lemma zip_rel {X Y Z X' Y' Z'} (P : X -> X' -> Prop) (Q : Y -> Y' -> Prop) (S : Z -> Z' -> Prop) f g :
    (forall x x' y y', P x x' -> Q y y' -> S (f x y) (g x' y')) ->
    forall l l', Forall2 P l l' -> forall m m', Forall2 Q m m' -> Forall2 S (zip f l m) (zip g l' m').
  Proof. intros H l l' F. induction F; intros m m' G; simpl; [constructor|]. destruct G; constructor; auto.
    Qed.
  Lemma zip2_rel f g : (forall a b x y, rel a x -> rel b y -> rel (f a b) (g x y)) ->
    forall l l', mats l l' -> forall m m', mats m m' -> mats (zip (zip f) l m) (zip (zip g) l' m').
  Proof. intros H. apply zip_rel. intros x x' y y' Hx Hy. eapply (zip_rel rel rel rel); eauto. Qed.
  Lemma entry_rel m m' r c : mats m m' -> rel (entry OA m r c) (entry OB m' r c).
  Proof. intros H. unfold entry. apply (nth_rel rel); auto. apply (nth_rel (Forall2 rel)); auto. Qed.
  Lemma dot_rel l l' : rows l l' -> forall m m', rows m m' -> rel (dot A OA l m) (dot B OB l' m').
  Proof. intros F. induction F; intros m m' G; simpl; auto. destruct G; auto. Qed.
  Lemma length_rel {X Y} (P : X -> Y -> Prop) l l' : Forall2 P l l' -> length l = length l'.
  Proof. intros F. induction F; simpl; auto. Qed.
  Lemma transpose_rel m m' : mats m m' -> mats (transpose A OA m) (transpose B OB m').
  Proof.
    intros H. unfold transpose.
    assert (E : length (hd [] m) = length (hd [] m')) by (destruct H; simpl; eauto using length_rel).
    rewrite E. apply map_same. intros c. eapply map_rel; [|exact H]. intros. apply (nth_rel rel); auto.
  Qed.
  Lemma matmul_rel a a' b b' : mats a a' -> mats b b' -> mats (matmul A OA a b) (matmul B OB a' b').
  Proof.
    intros H G. unfold matmul. eapply map_rel; [|exact H]. intros r r' Hr.
    eapply map_rel; [|apply transpose_rel; exact G]. intros. apply dot_rel; auto.
  Qed.
  Lemma power_rel k x y : rel x y -> rel (power A OA k x) (power B OB k y).
  Proof. intros H. induction k as [|[|k] IH]; simpl in *; auto. Qed.
  Lemma total_rel l l' : rows l l' -> rel (total OA l) (total OB l').
  Proof. intros F. induction F; simpl; auto. Qed.
  Lemma concat_rel m m' : mats m m' -> rows (concat m) (concat m').
  Proof. intros F. induction F; simpl; [constructor|]. apply Forall2_app; auto. Qed.

  Lemma step_rel acc acc' nd : Forall2 mats acc acc' -> mats (step OA acc nd) (step OB acc' nd).
  Proof.
    intros H.
    assert (N : forall i, mats (nth i acc []) (nth i acc' [])) by (intros;
      apply (nth_rel (Forall2 (Forall2 rel))); auto).
    assert (V : forall v, mats (map (map (ovar OA)) v) (map (map (ovar OB)) v))
      by (intros; apply map_same; intros; apply map_same; auto).
    destruct nd; simpl; auto.
    - apply map_same. intros. apply map_same. auto.
    - apply zip2_rel; auto.
    - eapply map_rel; [|apply N]. intros. eapply map_rel; [|eassumption]. auto.
    - apply zip2_rel; auto.
    - apply zip2_rel; auto.
    - eapply map_rel; [|apply N]. intros. eapply map_rel; [|eassumption]. intros. apply rmul; auto.
        apply entry_rel; auto.
    - apply matmul_rel; auto.
    - apply transpose_rel; auto.
    - eapply map_rel; [|apply N]. intros. eapply map_rel; [|eassumption]. intros. apply power_rel; auto.
    - constructor; [|constructor]. constructor; [|constructor]. apply total_rel, concat_rel; auto.
    - apply map_same. intros. apply map_same. intros. apply entry_rel; auto.
    - apply zip2_rel; auto.
  Qed.
  Theorem run_rel prog : forall acc acc', Forall2 mats acc acc' ->
    Forall2 mats (run OA prog acc) (run OB prog acc').
  Proof.
    induction prog as [|nd prog IH]; intros acc acc' H; simpl; auto.
    apply IH. apply Forall2_app; auto. constructor; [|constructor]. apply step_rel; auto.
  Qed.
End Rel.

(* ------------------------------------------------------------------ fractions of polynomials (executable) *)
Definition frac : Type := (poly * poly)%type.
Definition one : poly := [([], 1%Z)].
Definition is_one (p : poly) : bool := match p with [([], 1%Z)] => true | _ => false end.
Definition times (d p : poly) : poly := if is_one d then p else pmul d p.
Fixpoint mono_eqb (a b : mono) : bool :=
  match a, b with [], [] => true | x :: a', y :: b' => Pos.eqb x y && mono_eqb a' b' | _, _ => false end.
Fixpoint poly_eqb (p q : poly) : bool :=
  match p, q with
  | [], [] => true
  | (m, c) :: p', (m', c') :: q' => Z.eqb c c' && mono_eqb m m' && poly_eqb p' q'
  | _, _ => false
  end.
Definition const (z : Z) : poly := if Z.eqb z 0 then [] else [([], z)].
Definition fr_const (z : Z) (p : positive) : frac := (const z, [([], Zpos p)]).
Definition fr_add (x y : frac) : frac :=
  if poly_eqb (snd x) (snd y) then (padd (fst x) (fst y), snd x)
  else (padd (times (snd y) (fst x)) (times (snd x) (fst y)), times (snd x) (snd y)).
Definition fr_mul (x y : frac) : frac := (pmul (fst x) (fst y), times (snd x) (snd y)).
Definition fr_opp (x : frac) : frac := (popp (fst x), snd x).
(* the denominator keeps every divisor met on the way, so where it is invertible all of them are *)
Definition fr_quot (x y : frac) : frac :=
  (times (snd y) (times (snd y) (fst x)), times (snd x) (times (snd y) (fst y))).
Definition frac_ops (leaf : positive -> frac) : ops frac :=
  Ops _ ([], one) fr_add fr_mul fr_opp fr_quot fr_const leaf.
Definition variable (a : positive) : frac := ([([a], 1%Z)], one).

(* ------------------------------------------------------------------ meaning *)
Definition unit {R : cring} (x : R) : Prop := exists y, cmul x y = c1.
Notation ev := (peval _).
Notation inj := (phi _).

(* A commutative ring that contains the rational numbers, with a division that is right where it makes
   sense. *)
Record qalg := QAlg {
  ring_of :> cring;
  quot : ring_of -> ring_of -> ring_of;
  quot_ok : forall x y, unit y -> cmul y (quot x y) = x;
  q_unit : forall p, unit (phi ring_of (Zpos p)) }.
Arguments quot {q}.
Definition rational {R : qalg} (z : Z) (p : positive) : R := quot (phi R z) (phi R (Zpos p)).
Definition sem_ops (R : qalg) (e : positive -> R) : ops R :=
  Ops R c0 cadd cmul copp quot rational e.

Section Frac.
  Variable R : qalg.
  Variable rho : positive -> R.
  Open Scope cring_scope.
  Add Ring RQ : (cth R).
  Notation pe := (peval R rho).
  Definition means (f : frac) (x : R) : Prop := unit (pe (snd f)) -> pe (snd f) * x = pe (fst f).

  Lemma unit_mul (x y : R) : unit (x * y) -> unit x /\ unit y.
  Proof. intros [i H]. split; [exists (y * i)|exists (x * i)]; rewrite <- H; ring. Qed.
  Lemma unit_prod (x y : R) : unit x -> unit y -> unit (x * y).
  Proof. intros [i H] [j G]. exists (i * j). transitivity ((x * i) * (y * j)); [ring|]. rewrite H, G. ring.
    Qed.
  Lemma unit_cancel (u x y : R) : unit u -> u * x = u * y -> x = y.
  Proof.
    intros [i H] E. transitivity (u * i * x); [rewrite H; ring|]. transitivity (i * (u * x)); [ring|].
    rewrite E. transitivity (u * i * y); [ring|]. rewrite H. ring.
  Qed.
  Lemma unit_zero (u x : R) : unit u -> u * x = 0 -> x = 0.
  Proof. intros U E. apply (unit_cancel u); auto. rewrite E. ring. Qed.
  Lemma unit_int z : z <> 0%Z -> unit (phi R z).
  Proof.
    intros H. destruct z as [|p|p]; [congruence|apply q_unit|].
    destruct (q_unit R p) as [i Hi]. exists (- i). rewrite <- Hi.
    change (Zneg p) with (Z.opp (Zpos p)). rewrite phi_opp. ring.
  Qed.
  Lemma ev_one : pe one = 1. Proof. unfold one. cbn [peval meval]. rewrite phi1. ring. Qed.
  Lemma is_one_ok p : is_one p = true -> p = one.
  Proof.
    destruct p as [|[[|a m] z] t]; simpl; try discriminate; destruct z as [|[q|q|]|]; try discriminate;
      destruct t; try discriminate. reflexivity.
  Qed.
  Lemma ev_times d p : pe (times d p) = pe d * pe p.
  Proof.
    unfold times. destruct (is_one d) eqn:E; [|apply peval_mul]. apply is_one_ok in E. rewrite E, ev_one.
      ring.
  Qed.
  Lemma mono_eqb_ok a : forall b, mono_eqb a b = true -> a = b.
  Proof.
    induction a as [|x a IH]; intros [|y b]; simpl; try discriminate; auto.
    intros H. apply andb_prop in H as [H1 H2]. apply Pos.eqb_eq in H1. f_equal; auto.
  Qed.
  Lemma poly_eqb_ok p : forall q, poly_eqb p q = true -> p = q.
  Proof.
    induction p as [|[m c] p IH]; intros [|[m' c'] q]; simpl; try discriminate; auto.
    intros H. apply andb_prop in H as [H H3]. apply andb_prop in H as [H1 H2].
    apply Z.eqb_eq in H1. apply mono_eqb_ok in H2. f_equal; auto. congruence.
  Qed.
  Lemma ev_const z : pe (const z) = phi R z.
  Proof.
    unfold const. destruct (Z.eqb_spec z 0) as [->|_]; cbn [peval meval]; [symmetry; apply phi0|ring].
  Qed.

  Lemma means_add a b x y : means a x -> means b y -> means (fr_add a b) (x + y).
  Proof.
    unfold means, fr_add. destruct a as [n1 d1], b as [n2 d2]; simpl. intros H G.
    destruct (poly_eqb d1 d2) eqn:E; simpl; rewrite !peval_add.
    - apply poly_eqb_ok in E. subst d2. intros U. rewrite <- (H U), <- (G U). ring.
    - rewrite !ev_times. intros U. destruct (unit_mul _ _ U) as [U1 U2].
      rewrite <- (H U1), <- (G U2). ring.
  Qed.
  Lemma means_mul a b x y : means a x -> means b y -> means (fr_mul a b) (x * y).
  Proof.
    unfold means, fr_mul. simpl. rewrite peval_mul, ev_times. intros H G U.
    destruct (unit_mul _ _ U) as [U1 U2]. rewrite <- (H U1), <- (G U2). ring.
  Qed.
  Lemma means_opp a x : means a x -> means (fr_opp a) (- x).
  Proof. unfold means, fr_opp. simpl. rewrite peval_opp. intros H U. rewrite <- (H U). ring. Qed.
  Lemma means_quot a b x y : means a x -> means b y -> means (fr_quot a b) (quot x y).
  Proof.
    unfold means, fr_quot. simpl. rewrite !ev_times. intros H G U.
    destruct (unit_mul _ _ U) as [U1 U']. destruct (unit_mul _ _ U') as [U2 U3].
    specialize (H U1). specialize (G U2). rewrite <- G in U3. destruct (unit_mul _ _ U3) as [_ Uy].
    rewrite <- G, <- H. assert (Q := quot_ok R x y Uy).
    transitivity (pe (snd a) * (pe (snd b) * pe (snd b)) * (y * quot x y)); [ring|]. rewrite Q. ring.
  Qed.
  Lemma means_const z p : means (fr_const z p) (rational z p).
  Proof.
    unfold means, fr_const, rational. cbn [fst snd]. rewrite ev_const. cbn [peval meval]. intros _.
    rewrite <- (quot_ok R (phi R z) (phi R (Zpos p)) (q_unit R p)) at 2. ring.
  Qed.
  Lemma means_var a : means (variable a) (rho a).
  Proof. unfold means, variable. cbn [fst snd]. rewrite ev_one. cbn [peval meval]. rewrite phi1. intros _.
    ring. Qed.

  (* The expansion is right: every entry of every node, as a fraction, has the value of the program there. *)
  Theorem expansion_ok leaf e prog : (forall a, means (leaf a) (e a)) ->
    Forall2 (Forall2 (Forall2 means)) (run (frac_ops leaf) prog []) (run (sem_ops R e) prog []).
  Proof.
    intros H. apply (run_rel _ _ (frac_ops leaf) (sem_ops R e) means).
    - intros _. cbn [o0 frac_ops sem_ops snd fst peval]. ring.
    - exact means_add.
    - exact means_mul.
    - exact means_opp.
    - exact means_quot.
    - exact means_const.
    - exact H.
    - constructor.
  Qed.
End Frac.
