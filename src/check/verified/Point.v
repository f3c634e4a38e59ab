(* Point.v - over the real numbers: rank, independence and completeness at the point of a certificate.

   Copyright (C) 2026 the lieorbit developers
   SPDX-License-Identifier: LGPL-3.0-or-later

   The values W of the words and J of the gradients of the laws at the point are rational.  With common
   denominators they are integer matrices that are known modulo N; W J' = 0 holds exactly (Smooth.v), the
   other identities modulo N.  Determinants that are 1 modulo N are not 0, and adjugates give integer matrices
   with Q W + J' S = d, d not 0. *)
From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp Require Import zify ssrZ.
From Coq Require Import ZArith List Lia Reals Lra FMapPositive.
From LawCert Require Import Poly Model Checker Diff Claims Flow Smooth Complete.
Set Implicit Arguments. Unset Strict Implicit. Unset Printing Implicit Defensive.
Import GRing.Theory.
Local Open Scope ring_scope. Delimit Scope ring_scope with ring.

(* ------------------------------------------------------------------ sums of real numbers *)
Lemma plusA : associative Rplus. Proof. move=> x y z; lra. Qed.
Lemma plusC : commutative Rplus. Proof. move=> x y; lra. Qed.
Lemma plus0 : left_id (IZR 0) Rplus. Proof. move=> x; lra. Qed.
Lemma multA : associative Rmult. Proof. move=> x y z; ring. Qed.
Lemma mult0x : left_zero (IZR 0) Rmult. Proof. move=> x; ring. Qed.
Lemma multx0 : right_zero (IZR 0) Rmult. Proof. move=> x; ring. Qed.
Lemma multDl : left_distributive Rmult Rplus. Proof. move=> x y z; ring. Qed.
Lemma multDr : right_distributive Rmult Rplus. Proof. move=> x y z; ring. Qed.
Lemma plusx0 : right_id (IZR 0) Rplus. Proof. move=> x; lra. Qed.
Lemma mult_left a b x : Rmult (Rmult a b) x = Rmult b (Rmult a x). Proof. ring. Qed.
Canonical real_sum := Monoid.Law plusA plus0 plusx0.
Canonical real_sum_commutes := Monoid.ComLaw plusC.
Canonical real_product := Monoid.MulLaw mult0x multx0.
Canonical real_distributes := Monoid.AddLaw multDl multDr.
Notation "'sum_R' ( i < m ) f" := (\big[Rplus/(IZR 0)]_(i < m) f) (at level 41, i at level 0, m at level 50,
  f at level 41).
Lemma IZR_sum m (f : 'I_m -> Z) : IZR (\sum_i f i) = \big[Rplus/(IZR 0)]_(i < m) IZR (f i).
Proof. apply: (big_morph IZR) => // x y. exact: plus_IZR. Qed.
Lemma rsum_vars n (f : positive -> R) : ssum Reals (vars n) f = \big[Rplus/(IZR 0)]_(i < n) f (var i).
Proof.
rewrite /vars /var. suff H m s : ssum Reals (vars_from s m) f = \big[Rplus/(IZR 0)]_(i < m) f (Pos.of_nat
  (Pos.to_nat s + i)%coq_nat).
  rewrite H. apply: eq_bigr => i _. congr f. lia.
elim: m s => [|m IH] s /=; first by rewrite big_ord0.
rewrite big_ord_recl /= IH. congr Rplus; first by congr f; lia.
apply: eq_bigr => i _. congr f. rewrite /bump /=. lia.
Qed.
Lemma rsum_seq k (f : nat -> R) : ssum Reals (List.seq 0 k) f = \big[Rplus/(IZR 0)]_(i < k) f i.
Proof.
suff H m s : ssum Reals (List.seq s m) f = \big[Rplus/(IZR 0)]_(i < m) f (s + i)%nat by rewrite H; apply:
  eq_bigr => i _.
elim: m s => [|m IH] s /=; first by rewrite big_ord0.
rewrite big_ord_recl /= IH addn0. congr Rplus. apply: eq_bigr => i _. by rewrite addSnnS.
Qed.

(* ------------------------------------------------------------------ rational numbers known modulo N *)
Section Rep.
Variable N : Z.
Hypothesis HN : (1 < N)%Z.
Definition known_as (x : R) (z : Z) : Prop :=
  exists s v : Z, cong N s 1%Z /\ cong N v z /\ Rmult (IZR s) x = IZR v.
Lemma known_cong x z t : cong N z t -> known_as x z -> known_as x t.
Proof. move=> H [s [v [Hs [Hv E]]]]. exists s, v; split=> //; split=> //. exact: cong_trans Hv H. Qed.
Lemma known_int z : known_as (IZR z) z.
Proof. exists 1%Z, z. split; [exact: cong_refl|split; [exact: cong_refl|]]. lra. Qed.
Lemma known_add x y z t : known_as x z -> known_as y t -> known_as (Rplus x y) (z + t)%Z.
Proof.
move=> [s [v [Hs [Hv E]]]] [s' [v' [Hs' [Hv' E']]]]. exists (s * s')%Z, (s' * v + s * v')%Z. split; [|split].
- exact: (congM Hs Hs').
- have := congD (congM Hs' Hv) (congM Hs Hv'). by rewrite !Z.mul_1_l.
- rewrite plus_IZR !mult_IZR -E -E'. ring.
Qed.
Lemma known_mul x y z t : known_as x z -> known_as y t -> known_as (Rmult x y) (z * t)%Z.
Proof.
move=> [s [v [Hs [Hv E]]]] [s' [v' [Hs' [Hv' E']]]]. exists (s * s')%Z, (v * v')%Z. split; [|split].
- exact: (congM Hs Hs').
- exact: congM.
- rewrite !mult_IZR -E -E'. ring.
Qed.
Lemma known_sub x y z t : known_as x z -> known_as y t -> known_as (Rminus x y) (z - t)%Z.
Proof.
move=> Hx [s [v [Hs [Hv E]]]]. apply: (known_add Hx (y := Ropp y) (t := Z.opp t)). exists s, (Z.opp v).
split=> //; split; first exact: congN. rewrite opp_IZR -E. ring.
Qed.
Lemma cong1_nonzero s : cong N s 1%Z -> s <> 0%Z.
Proof.
move=> [q E] Z0. rewrite Z0 in E. have : (N <= 1)%Z by apply: Z.divide_pos_le; [lia|exists (- q)%Z; lia]. lia.
Qed.
(* what is invertible modulo N is not 0 *)
Lemma known_nonzero x z q : known_as x z -> cong N (z * q)%Z 1%Z -> x <> (IZR 0).
Proof.
move=> [s [v [Hs [Hv E]]]] Hq X0. rewrite X0 Rmult_0_r in E.
have V : v = 0%Z by apply: eq_IZR_R0; rewrite -E.
have := cong_trans (congM (cong_sym Hv) (cong_refl N q)) (cong_refl N _). rewrite V Z.mul_0_l => H0.
exact: (cong1_nonzero (cong_trans (cong_sym H0) Hq)).
Qed.
(* a common denominator *)
Lemma clear_matrix m q (x : 'I_m -> 'I_q -> R) (z : 'I_m -> 'I_q -> Z) : (forall i j, known_as (x i j) (z i
  j)) ->
  exists S, cong N S 1%Z /\ exists M : 'M[Z]_(m, q), forall i j, Rmult (IZR S) (x i j) = IZR (M i j) /\ cong
    N (M i j) (z i j).
Proof.
move=> H.
have [s Hs] := fin_all_exists (fun t : 'I_m * 'I_q => H t.1 t.2).
have [v Hv] := fin_all_exists Hs.
have P1 (Q : pred ('I_m * 'I_q)) : cong N (\prod_(t | Q t) s t) 1%Z.
  elim/big_rec: _ => [|t y _ IH]; first exact: cong_refl.
  have [St _] := Hv t. exact: (congM St IH).
exists (\prod_t s t). split; first exact: P1.
exists (\matrix_(i, j) ((\prod_(t | t != (i, j)) s t) * v (i, j))) => i j. rewrite mxE.
have [S [V E]] := Hv (i, j). split.
- rewrite (bigD1 (i, j)) //= [IZR (_ * _)]mult_IZR [RHS]mult_IZR -E /=. exact: mult_left.
- have := congM (P1 (fun t => t != (i, j))) V. by rewrite Z.mul_1_l.
Qed.

(* ------------------------------------------------------------------ integer matrices *)
Section Split.
Variables r k p : nat.
Hypothesis Hrk : (r + k)%nat = p.
Variables (W Wz : 'M[Z]_(r, p)) (J Jz : 'M[Z]_(k, p)) (A : 'M[Z]_(p, r)) (C : 'M[Z]_(k, p)).
Hypothesis HW : forall i j, cong N (W i j) (Wz i j).
Hypothesis HJ : forall i j, cong N (J i j) (Jz i j).
Hypothesis HWA : forall i j, cong N ((Wz *m A) i j) ((1%:M : 'M[Z]_r) i j).
Hypothesis Hsplit : forall a b, cong N ((A *m Wz + Jz^T *m C)%ring a b) ((1%:M : 'M[Z]_p) a b).
Hypothesis HWJ : W *m J^T = 0.
Lemma cong_mulmx a b d (M M' : 'M[Z]_(a, b)) (Q Q' : 'M[Z]_(b, d)) : (forall i j, cong N (M i j) (M' i j)) ->
  (forall i j, cong N (Q i j) (Q' i j)) -> forall i j, cong N ((M *m Q) i j) ((M' *m Q') i j).
Proof. move=> H G i j. rewrite !mxE. apply: cong_sum => t. exact: congM. Qed.
Lemma integer_split : exists d : Z, d <> 0%Z /\ exists (Q : 'M[Z]_(p, r)) (S : 'M[Z]_(k, p)), Q *m W + J^T *m
  S = d%:M.
Proof.
pose B : 'M[Z]_(p, r + k) := row_mx A J^T. pose Bz : 'M[Z]_(p, r + k) := row_mx A Jz^T.
pose D : 'M[Z]_(r + k, p) := col_mx Wz C.
pose B' : 'M[Z]_p := castmx (erefl, Hrk) B. pose Bz' : 'M[Z]_p := castmx (erefl, Hrk) Bz.
pose D' : 'M[Z]_p := castmx (Hrk, erefl) D.
have BD : Bz' *m D' = A *m Wz + Jz^T *m C.
  rewrite /Bz' /D' -mul_row_col -/Bz -/D. move: Bz D {B' Bz' D' B}. case: _ / Hrk => U V. by rewrite
    !castmx_id.
have detB : \det B' <> 0%Z.
  have E : cong N (\det B') (\det Bz').
    apply: cong_det => i j. rewrite /B' /Bz' !castmxE /B /Bz !mxE. case: (splitP _) => t _; first exact:
      cong_refl.
    by rewrite !mxE; exact: HJ.
  have F : cong N (\det Bz' * \det D')%Z 1%Z.
    have := cong_det Hsplit. by rewrite -BD det_mulmx det1.
  move=> Z0. rewrite Z0 in E. have G := cong_trans (congM E (cong_refl N (\det D'))) F. rewrite Z.mul_0_l in
    G.
  exact: (cong1_nonzero G).
pose X : 'M[Z]_(r + k, p) := castmx (esym Hrk, erefl) (\adj B').
have BX : B *m X = (\det B')%:M.
  have -> : B *m X = B' *m \adj B'.
    rewrite /X /B'. move: B {Bz Bz' D D' BD detB X B'}. case: _ / Hrk => U. by rewrite !castmx_id.
  exact: mul_mx_adj.
have E : A *m usubmx X + J^T *m dsubmx X = (\det B')%:M by rewrite -BX /B -mul_row_col vsubmxK.
have WX : (W *m A) *m usubmx X = \det B' *: W.
  have : W *m (A *m usubmx X + J^T *m dsubmx X) = \det B' *: W by rewrite E mul_mx_scalar.
  by rewrite mulmxDr !mulmxA HWJ mul0mx addr0.
have detWA : \det (W *m A) <> 0%Z.
  have E1 : \det (1%:M : 'M[Z]_r) = 1%Z by rewrite det1.
  apply: cong1_nonzero. rewrite -[X in cong _ _ X]E1. apply: cong_det => i j.
  apply: cong_trans (HWA i j). apply: cong_mulmx => // t u. exact: cong_refl.
exists (\det B' * \det (W *m A)). split; first by move=> /Z.mul_eq_0 [].
exists (A *m (\adj (W *m A)) *m (\det B')%:M), (\det (W *m A) *: dsubmx X).
have U : \det (W *m A) *: usubmx X = \adj (W *m A) *m (\det B' *: W).
  by rewrite -WX mulmxA mul_adj_mx mul_scalar_mx.
rewrite -!mulmxA mul_scalar_mx -U -!scalemxAr -scalerDr E. by rewrite scale_scalar_mx mulrC.
Qed.
End Split.
End Rep.

(* real row vectors that W annihilates *)
Lemma integer_kernel m q (W : 'M[Z]_(m, q)) (A : 'M[Z]_(q, m)) (v : 'I_m -> R) : \det (W *m A) <> 0%Z ->
  (forall a, \big[Rplus/(IZR 0)]_(i < m) Rmult (v i) (IZR (W i a)) = (IZR 0)) -> forall i, v i = (IZR 0).
Proof.
move=> detM HW i.
have HM j : \big[Rplus/(IZR 0)]_(t < m) Rmult (v t) (IZR ((W *m A) t j)) = (IZR 0).
  transitivity (\big[Rplus/(IZR 0)]_(a < q) \big[Rplus/(IZR 0)]_(t < m) Rmult (Rmult (v t) (IZR (W t a)))
    (IZR (A a j))).
    rewrite exchange_big /=. apply: eq_bigr => t _. rewrite mxE IZR_sum big_distrr /=. apply: eq_bigr => a _.
    by rewrite [IZR (_ * _)]mult_IZR -Rmult_assoc.
  apply: big1 => a _. by rewrite -big_distrl /= HW Rmult_0_l.
move: (W *m A) detM HM => M detM HM.
have E : Rmult (v i) (IZR (\det M)) = (IZR 0).
  transitivity (\big[Rplus/(IZR 0)]_(j < m) Rmult (\big[Rplus/(IZR 0)]_(t < m) Rmult (v t) (IZR (M t j)))
    (IZR ((\adj M) j i)));
    last by apply: big1 => j _; rewrite HM Rmult_0_l.
  transitivity (\big[Rplus/(IZR 0)]_(t < m) Rmult (v t) (IZR ((M *m \adj M) t i))).
    rewrite mul_mx_adj (bigD1 i) //= big1 => [|t Ht]; first by rewrite mxE eqxx mulr1n Rplus_0_r.
    by rewrite mxE (negbTE Ht) mulr0n Rmult_0_r.
  transitivity (\big[Rplus/(IZR 0)]_(t < m) \big[Rplus/(IZR 0)]_(j < m) Rmult (Rmult (v t) (IZR (M t j)))
    (IZR ((\adj M) j i))).
    apply: eq_bigr => t _. rewrite mxE IZR_sum big_distrr /=. apply: eq_bigr => j _.
    by rewrite [IZR (_ * _)]mult_IZR -Rmult_assoc.
  rewrite exchange_big /=. apply: eq_bigr => j _. by rewrite big_distrl.
by case: (Rmult_integral _ _ E) => [//|/eq_IZR_R0].
Qed.

(* ------------------------------------------------------------------ the point of a certificate *)
Definition point_value (c : cert) (a : positive) : R :=
  match List.nth_error (c_point c) (Pos.to_nat a - 1) with
  | Some t => Rdiv (IZR t.1.1) (IZR (Zpos t.1.2))
  | None => (IZR 0)
  end.
(* the partial derivatives of a law at a point at which its denominator is not 0 (`law_form_gradient`) *)
Definition law_slope (l : law) (e : positive -> R) (a : positive) : R :=
  Rdiv (law_form l a e) (Rmult (peval Rring e (snd (law_frac l variable))) (peval Rring e (snd (law_frac l
    variable)))).

Section Point.
Variables (P : problem) (c : cert).
Hypothesis HB : check_basics P c = true.
Notation p := (p_dim P).
Notation N := (c_mod c).
Notation pt := (point_mod (c_point c)).
Notation e0 := (point_value c).
Notation frozen := (frozen_values P c).
Notation laws := (c_laws c).
Notation k := (length laws).
Notation law_of i := (List.nth i laws nil).
Notation den l := (snd (law_frac l variable)).
Let HN : (1 < N)%Z := HN HB.
Lemma frozen_size : length frozen = p_frozen P.
Proof. exact: (frozen_length (Nat.le_refl _) HB). Qed.
Lemma IZR_pos q : IZR (Zpos q) <> (IZR 0). Proof. exact: not_0_IZR. Qed.
Lemma quotient_scale (x y z : R) : y <> (IZR 0) -> Rmult (Rmult y z) (Rdiv x y) = Rmult x z.
Proof. move=> H. field. exact H. Qed.
Lemma point_known a : known_as N (e0 a) (pt a).
Proof.
have [_ [_ HP]] := basics HB. rewrite /point_value /point_mod.
case E: (List.nth_error _ _) => [[[nu de] iv]|] /=; last exact: (known_int N 0%Z).
have Hi := HP _ (List.nth_error_In _ _ E). exists (Zpos de * iv)%Z, (nu * iv)%Z. split=> //; split; first
  exact: cong_refl.
rewrite !mult_IZR. apply: quotient_scale. exact: IZR_pos.
Qed.
Lemma constants_at a : is_state p a = false -> known P a = true -> e0 a = constant_value P frozen a.
Proof.
move=> Ha Ka. have [_ [HL _]] := basics HB. rewrite /constant_value /value frozen_size.
rewrite /known in Ka. rewrite Ka /point_value /frozen_values.
have L : (Pos.to_nat a - 1 < length (c_point c))%coq_nat by move/Z.leb_le: Ka; rewrite HL; lia.
case E: (List.nth_error _ _) => [[[nu de] iv]|]; last by move/List.nth_error_None: E; lia.
have -> : List.nth (Pos.to_nat a - 1 - p) (List.map fst (List.skipn p (c_point c))) (0%Z, 1%positive) = (nu,
  de).
  rewrite (List.nth_indep _ _ (fst (0%Z, 1%positive, 0%Z))); last first.
    by rewrite List.map_length List.skipn_length HL; move/Z.leb_nle: Ha; rewrite HL in L; lia.
  rewrite (List.map_nth fst) nth_skipn.
  have -> : (p + (Pos.to_nat a - 1 - p))%coq_nat = (Pos.to_nat a - 1)%coq_nat by move/Z.leb_nle: Ha; lia.
  by rewrite (List.nth_error_nth _ _ _ E).
by rewrite /rational -!phi_IZR.
Qed.
Lemma poly_known q : known_as N (peval Rring e0 q) (poly_mod N pt q).
Proof.
have M m : known_as N (meval Rring e0 m) (mono_mod N pt m).
  elim: m => [|a m IH] /=.
    apply: known_cong (known_int N 1%Z). exact/cong_sym/cong_mod/HN.
  apply: known_cong (known_mul (point_known a) IH). exact/cong_sym/cong_mod/HN.
elim: q => [|[m z] q IH] /=; first exact: (known_int N 0%Z).
apply: known_cong (known_add (known_mul (z := z) _ (M m)) IH); first exact/cong_sym/cong_mod/HN.
by rewrite phi_IZR; exact: known_int.
Qed.
Lemma W_known fs (i : 'I_(length fs)) (a : 'I_p) :
  known_as N (at_point (List.nth i fs zero_field) e0 (var a)) (intW P c fs i a).
Proof.
rewrite mxE row_W; last exact/ltP. rewrite /row_field nth_map_vars; [exact: poly_known|exact/ltP].
Qed.
Lemma J_known (i : 'I_k) (a : 'I_p) : known_as N (law_form (law_of i) (var a) e0) (intJ P c i a).
Proof.
rewrite mxE row_J; last exact/ltP. rewrite /row_law nth_map_vars; last exact/ltP.
apply: known_cong (known_sub (known_mul (poly_known _) (poly_known _)) (known_mul (poly_known _) (poly_known
  _))).
exact/cong_sym/cong_mod/HN.
Qed.
(* the denominators of the laws are not 0 at the point *)
Lemma den_nonzero l : check_independent P c = true -> List.In l laws -> peval Rring e0 (den l) <> (IZR 0).
Proof.
rewrite /check_independent => /andP [/andP [/andP [_ HD] _] _] Hl.
move/forallb_forall: HD => /(_ l Hl) /Z.eqb_eq G.
have [u [v E]] := Z.gcd_bezout _ _ _ G. apply: (known_nonzero HN (poly_known (den l)) (q := u)).
exists (- v)%Z. lia.
Qed.
Lemma slope_form l a : peval Rring e0 (den l) <> (IZR 0) ->
  Rmult (Rmult (peval Rring e0 (den l)) (peval Rring e0 (den l))) (law_slope l e0 a) = law_form l a e0.
Proof. move=> H. rewrite /law_slope. field. exact H. Qed.

(* INDEPENDENCE: the gradients of the laws at the point are linearly independent *)
Theorem laws_independent_real : check_independent P c = true -> forall v : nat -> R,
  (forall a, is_state p a = true -> ssum Reals (List.seq 0 k) (fun i => Rmult (v i) (law_slope (law_of i) e0
    a)) = (IZR 0)) ->
  forall i, (i < k)%coq_nat -> v i = (IZR 0).
Proof.
move=> HI v Hv.
have [T [HT [J HJ]]] := clear_matrix J_known.
have T0 : IZR T <> (IZR 0) by apply: not_0_IZR; exact: (cong1_nonzero HN HT).
pose d i : R := Rmult (peval Rring e0 (den (law_of i))) (peval Rring e0 (den (law_of i))).
have D0 (i : 'I_k) : d i <> (IZR 0).
  have H := den_nonzero HI (List.nth_In laws nil (elimT ltP (ltn_ord i))). by move=> /Rmult_integral [].
have detM : \det (J *m (intC P c)^T) <> 0%Z.
  have E1 : \det (1%:M : 'M[Z]_k) = 1%Z by rewrite det1.
  rewrite -det_tr. apply: (cong1_nonzero HN). rewrite -[X in cong _ _ X]E1. apply: cong_det => i j.
  apply: cong_trans (CJ_cong HB HI i j). rewrite trmx_mul trmxK. apply: cong_mulmx => // t u; first exact:
    cong_refl.
  by rewrite mxE [X in cong _ _ X]mxE; exact: (HJ _ _).2.
(* sum of v_i / d_i times row i of J is 0 *)
have HJ0 (a : 'I_p) : \big[Rplus/(IZR 0)]_(i < k) Rmult (Rdiv (v i) (d i)) (IZR (J i a)) = (IZR 0).
  have E := Hv (var a) (var_state (elimT ltP (ltn_ord a))). rewrite rsum_seq in E.
  transitivity (Rmult (IZR T) (IZR 0)); last exact: Rmult_0_r.
  rewrite -[X in _ = Rmult _ X]E big_distrr /=. apply: eq_bigr => i _. rewrite -(HJ i a).1.
  rewrite -slope_form; last by exact: (den_nonzero HI (List.nth_In laws nil (elimT ltP (ltn_ord i)))).
  rewrite -/(d i). have := D0 i. move: (d i) (law_slope _ _ _) => x y X0. field. exact X0.
move=> i0 Hi0. pose i := Ordinal (introT ltP Hi0).
have H : Rdiv (v i) (d i) = (IZR 0) := integer_kernel detM HJ0 i.
have X0 : d i0 <> (IZR 0) := D0 i. apply: (Rmult_eq_reg_r (/ d i0)); last exact: Rinv_neq_0_compat.
rewrite Rmult_0_l. exact H.
Qed.

Section Complete.
Variable fs : list field.
Hypothesis Hfs : chosen_fields P c = Some fs.
Notation r := (length fs).

(* RANK: the values of the words at the point are linearly independent *)
Theorem words_independent_real : check_rank P c = true -> forall v : nat -> R,
  (forall a, is_state p a = true ->
    ssum Reals (List.seq 0 r) (fun i => Rmult (v i) (at_point (List.nth i fs zero_field) e0 a)) = (IZR 0)) ->
  forall i, (i < r)%coq_nat -> v i = (IZR 0).
Proof.
move=> HR v Hv.
have [T [HT [W HW]]] := clear_matrix (@W_known fs).
have detM : \det (W *m intA P c fs) <> 0%Z.
  have E1 : \det (1%:M : 'M[Z]_r) = 1%Z by rewrite det1.
  apply: (cong1_nonzero HN). rewrite -[X in cong _ _ X]E1. apply: cong_det => i j.
  apply: cong_trans (WA_cong HB Hfs HR i j). apply: cong_mulmx => // t u; [exact: (HW _ _).2|exact:
    cong_refl].
have HW0 (a : 'I_p) : \big[Rplus/(IZR 0)]_(i < r) Rmult (v i) (IZR (W i a)) = (IZR 0).
  have E := Hv (var a) (var_state (elimT ltP (ltn_ord a))). rewrite rsum_seq in E.
  transitivity (Rmult (IZR T) (IZR 0)); last exact: Rmult_0_r.
  rewrite -[X in _ = Rmult _ X]E big_distrr /=. apply: eq_bigr => i _. rewrite -(HW i a).1.
  by rewrite -!Rmult_assoc [Rmult (v i) _]Rmult_comm.
move=> i Hi. exact: (integer_kernel detM HW0 (Ordinal (introT ltP Hi))).
Qed.

Hypothesis HC : check_complete P c = true.
Let facts := complete_facts Hfs HC.
Lemma HIc : check_independent P c = true. Proof. by case: facts. Qed.
Lemma W_kills_laws (i : 'I_r) (j : 'I_k) :
  contract P (at_point (List.nth i fs zero_field) e0) (fun a => law_form (law_of j) a e0) = IZR 0.
Proof.
have [HQ _ _ _ _] := facts.
have Hl : List.In (law_of j) laws by apply: List.nth_In; exact/ltP.
pose cst := constant_value P frozen. pose U := law_domain P (law_of j) cst.
apply: (@chosen_kill P c frozen_size U (@law_domain_open P (law_of j) cst) _ _
  (law_form_derivative (law_of j)) _ _ _ fs Hfs (List.nth i fs zero_field) (List.nth_In fs zero_field (elimT
    ltP (ltn_ord i)))).
- by move=> e a [H _]; exact: H.
- move=> e a b _ _ _. exact: law_form_partial.
- move=> e X Y [_ Hd]. exact: law_form_closed Hd.
- move=> e v _ Hv. exact: (law_form_velocity P laws HQ (law_of j) Hl e v Hv).
- split; [exact: constants_at|exact: (den_nonzero HIc Hl)].
Qed.
(* COMPLETENESS: let dh be the gradient of a function near the point, with second derivatives ddh that are
   symmetric (a
   function of class C2), and let it be conserved: orthogonal to every combination of members.  Then at the
   point it is a
   combination of the gradients of the laws. *)
Theorem complete_real (U : (positive -> R) -> Prop) (dh : positive -> (positive -> R) -> R)
    (ddh : positive -> positive -> (positive -> R) -> R) :
  U e0 -> open_along P U ->
  (forall e a, U e -> is_state p a = false -> known P a = true -> e a = e0 a) ->
  (forall e a b, U e -> is_state p a = true -> is_state p b = true -> partial (dh a) b e (ddh a b e)) ->
  (forall e a b, U e -> is_state p a = true -> is_state p b = true -> ddh a b e = ddh b a e) ->
  (forall e v, U e -> velocity P e v -> ssum Reals (vars p) (fun a => Rmult (v a) (dh a e)) = IZR 0) ->
  exists cs : nat -> R, forall a, is_state p a = true ->
    dh a e0 = ssum Reals (List.seq 0 k) (fun i => Rmult (cs i) (law_slope (law_of i) e0 a)).
Proof.
move=> U0 HU Hcst Hdh Hsym Hcons.
have [_ HR HI Hrk _] := facts.
pose g (a : 'I_p) := dh (var a) e0.
have WK (i : 'I_r) : contract P (at_point (List.nth i fs zero_field) e0) (fun a => dh a e0) = IZR 0.
  apply: (@chosen_kill P c frozen_size U HU _ dh ddh Hdh _ Hcons fs Hfs (List.nth i fs zero_field)
    (List.nth_In fs zero_field (elimT ltP (ltn_ord i))) e0 U0).
  - move=> e a He Ha Ka. by rewrite (Hcst e a He Ha Ka) constants_at.
  - move=> e X Y He _ _. rewrite [RHS]rsum_swap. apply: (ssum_ext Reals) => b /is_state_spec Hb.
    apply: (ssum_ext Reals) => a /is_state_spec Ha. rewrite (Hsym e a b He Ha Hb). cbn. ring.
have [T [HT [W HW]]] := clear_matrix (@W_known fs).
have [T' [HT' [J HJ]]] := clear_matrix J_known.
have HWJ : W *m J^T = 0.
  apply/matrixP => i j. rewrite mxE [RHS]mxE. apply: eq_IZR_R0. rewrite IZR_sum.
  transitivity (Rmult (Rmult (IZR T) (IZR T')) (IZR 0)); last exact: Rmult_0_r.
  rewrite -[X in _ = Rmult _ X](W_kills_laws i j) /contract rsum_vars big_distrr /=. apply: eq_bigr => a _.
  rewrite [J^T _ _]mxE [IZR (_ * _)]mult_IZR -(HW i a).1 -(HJ j a).1. ring.
have [d [D0 [Q [S E]]]] := integer_split HN Hrk (fun i j => (HW i j).2) (fun i j => (HJ i j).2) (WA_cong HB
  Hfs HR)
  (split_cong HB Hfs HC) HWJ.
have D0' : IZR d <> IZR 0 by exact: not_0_IZR.
pose den2 j := Rmult (peval Rring e0 (den (law_of j))) (peval Rring e0 (den (law_of j))).
pose Sg (j : 'I_k) := \big[Rplus/IZR 0]_(b < p) Rmult (IZR (S j b)) (g b).
have [cs Hcs] : exists cs : nat -> R, forall j : 'I_k, cs j = Rmult (Rmult (Rdiv (IZR T') (IZR d)) (den2 j))
  (Sg j).
  exists (fun i => if (insub i : option 'I_k) is Some j then Rmult (Rmult (Rdiv (IZR T') (IZR d)) (den2 j))
    (Sg j) else IZR 0) => j.
  by rewrite valK.
exists cs => a Sa.
have La : (Pos.to_nat a - 1 < p)%nat by apply/ltP; move/Z.leb_le: Sa; lia.
pose i := Ordinal La. have Ea : a = var i by rewrite /var /=; lia.
have WG (t : 'I_r) : \big[Rplus/IZR 0]_(b < p) Rmult (IZR (W t b)) (g b) = IZR 0.
  transitivity (Rmult (IZR T) (IZR 0)); last exact: Rmult_0_r.
  rewrite -[X in _ = Rmult _ X](WK t) /contract rsum_vars big_distrr /=. apply: eq_bigr => b _.
  by rewrite -(HW t b).1 Rmult_assoc.
have M : Rmult (IZR d) (g i) = \big[Rplus/IZR 0]_(j < k) Rmult (IZR (J j i)) (Sg j).
  transitivity (\big[Rplus/IZR 0]_(b < p) Rmult (IZR ((Q *m W + J^T *m S)%ring i b)) (g b)).
    rewrite E (bigD1 i) //= big1 => [|b Hb]; first by rewrite mxE eqxx mulr1n Rplus_0_r.
    by rewrite mxE eq_sym (negbTE Hb) mulr0n Rmult_0_l.
  transitivity (Rplus (\big[Rplus/IZR 0]_(b < p) Rmult (IZR ((Q *m W)%ring i b)) (g b))
                      (\big[Rplus/IZR 0]_(b < p) Rmult (IZR ((J^T *m S)%ring i b)) (g b))).
    rewrite -big_split /=. apply: eq_bigr => b _. by rewrite mxE [IZR (_ + _)]plus_IZR Rmult_plus_distr_r.
  have mulsum q (X : 'M[Z]_(p, q)) (Y : 'M[Z]_(q, p)) : \big[Rplus/IZR 0]_(b < p) Rmult (IZR ((X *m Y)%ring i
    b)) (g b) =
      \big[Rplus/IZR 0]_(t < q) Rmult (IZR (X i t)) (\big[Rplus/IZR 0]_(b < p) Rmult (IZR (Y t b)) (g b)).
    transitivity (\big[Rplus/IZR 0]_(b < p) \big[Rplus/IZR 0]_(t < q) Rmult (IZR (X i t)) (Rmult (IZR (Y t
      b)) (g b))).
      apply: eq_bigr => b _. rewrite mxE IZR_sum big_distrl /=. apply: eq_bigr => t _.
      by rewrite [IZR (_ * _)]mult_IZR Rmult_assoc.
    rewrite exchange_big /=. apply: eq_bigr => t _. by rewrite big_distrr.
  rewrite !mulsum big1 ?Rplus_0_l => [|t _]; last by rewrite WG Rmult_0_r.
  apply: eq_bigr => j _. by rewrite mxE.
rewrite rsum_seq {1}Ea -/(g i). apply: (Rmult_eq_reg_l (IZR d)) => //. rewrite M big_distrr /=. apply:
  eq_bigr => j _.
rewrite Hcs -(HJ j i).1 -Ea -slope_form; last by exact: (den_nonzero HI (List.nth_In laws nil (elimT ltP
  (ltn_ord j)))).
rewrite -/(den2 j). move: (den2 j) (Sg j) (law_slope _ _ _) => x y z. field. exact: D0'.
Qed.
End Complete.
End Point.

(* ------------------------------------------------------------------ the same for files: what a successful
   check gives *)
Section Files.
Variables (P : problem) (c : cert).
Theorem gradients_at_point l a : check_independent P c = true -> List.In l (c_laws c) ->
  partial (fun e => law_real e l) a (point_value c) (law_slope l (point_value c) a).
Proof.
move=> HI Hl. apply: law_form_gradient. apply: (@den_nonzero P c _ l HI Hl).
by move: HI; rewrite /check_independent => /andP [/andP [/andP [-> _] _] _].
Qed.
Theorem independent_at_point : check_independent P c = true -> forall v : nat -> R,
  (forall a, is_state (p_dim P) a = true -> ssum Reals (List.seq 0 (length (c_laws c)))
     (fun i => Rmult (v i) (law_slope (List.nth i (c_laws c) nil) (point_value c) a)) = IZR 0) ->
  forall i, (i < length (c_laws c))%coq_nat -> v i = IZR 0.
Proof.
move=> HI. apply: laws_independent_real => //. by move: HI; rewrite /check_independent => /andP [/andP [/andP
  [-> _] _] _].
Qed.
Theorem rank_at_point : check_rank P c = true -> exists fs, chosen_fields P c = Some fs /\ forall v : nat ->
  R,
  (forall a, is_state (p_dim P) a = true ->
    ssum Reals (List.seq 0 (length fs)) (fun i => Rmult (v i) (at_point (List.nth i fs zero_field)
      (point_value c) a)) = IZR 0) ->
  forall i, (i < length fs)%coq_nat -> v i = IZR 0.
Proof.
move=> HR. have := HR. rewrite /check_rank. case E: (chosen_fields P c) => [fs|]; last by move/andP => [].
move/andP => [HB _]. exists fs. split=> //. exact: (@words_independent_real P c HB fs E HR).
Qed.
Theorem complete_at_point : check_complete P c = true ->
  forall (U : (positive -> R) -> Prop) (dh : positive -> (positive -> R) -> R)
    (ddh : positive -> positive -> (positive -> R) -> R),
  U (point_value c) -> open_along P U ->
  (forall e a, U e -> is_state (p_dim P) a = false -> known P a = true -> e a = point_value c a) ->
  (forall e a b, U e -> is_state (p_dim P) a = true -> is_state (p_dim P) b = true -> partial (dh a) b e (ddh
    a b e)) ->
  (forall e a b, U e -> is_state (p_dim P) a = true -> is_state (p_dim P) b = true -> ddh a b e = ddh b a e)
    ->
  (forall e v, U e -> velocity P e v -> ssum Reals (vars (p_dim P)) (fun a => Rmult (v a) (dh a e)) = IZR 0)
    ->
  exists cs : nat -> R, forall a, is_state (p_dim P) a = true -> dh a (point_value c) =
    ssum Reals (List.seq 0 (length (c_laws c)))
      (fun i => Rmult (cs i) (law_slope (List.nth i (c_laws c) nil) (point_value c) a)).
Proof.
move=> HC. have := HC. rewrite /check_complete. case E: (chosen_fields P c) => [fs|]; last by move/andP => [].
move/andP => [/andP [/andP [_ HB] _] _]. exact: (complete_real HB E HC).
Qed.
(* one check gives the three others *)
Theorem complete_conserved : check_complete P c = true -> check_conserved P (c_laws c) = true.
Proof. by rewrite /check_complete => /andP [/andP [/andP [-> _] _] _]. Qed.
Theorem complete_independent : check_complete P c = true -> check_independent P c = true.
Proof. by rewrite /check_complete => /andP [/andP [_ ->] _]. Qed.
Theorem complete_rank : check_complete P c = true -> check_rank P c = true.
Proof.
rewrite /check_complete /check_rank. case: (chosen_fields P c) => [fs|]; last by move/andP => [].
by move/andP => [/andP [/andP [_ ->] _] /andP [/andP [-> _] _]].
Qed.
End Files.
