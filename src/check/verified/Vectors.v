(* Vectors.v - over the real numbers: what the identities modulo N say of given vectors with integer
   coordinates and of the gradients of the laws at the point.

   Copyright (C) 2026 the lieorbit developers
   SPDX-License-Identifier: LGPL-3.0-or-later *)
From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp Require Import zify ssrZ.
From Coq Require Import ZArith List Lia Reals Lra FMapPositive.
From LawCert Require Import Poly Model Checker Diff Claims Flow Smooth Complete Point Jets.
Set Implicit Arguments. Unset Strict Implicit. Unset Printing Implicit Defensive.
Import GRing.Theory.
Local Open Scope ring_scope. Delimit Scope ring_scope with ring.

Section Vectors.
Variables (P : problem) (c : cert).
Hypothesis HB : check_basics P c = true.
Variable V : list (list Z).
Hypothesis HR : vectors_rank P c V = true.
Notation p := (p_dim P).
Notation N := (c_mod c).
Notation e0 := (point_value c).
Notation r := (length V).
Notation laws := (c_laws c).
Notation k := (length laws).
Notation law_of i := (List.nth i laws nil).
Notation den l := (snd (law_frac l variable)).
Let HN : (1 < N)%Z := HN HB.
Definition coordinate_of (i : nat) (a : positive) : R := IZR (List.nth (Pos.to_nat a - 1) (List.nth i V nil)
  0%Z).
Definition matV : 'M[Z]_(r, p) := \matrix_(i, a) List.nth a (List.nth i V nil) 0%Z.
Definition matA : 'M[Z]_(p, r) := \matrix_(a, j) List.nth a (List.nth j (c_A c) nil) 0%Z.
Lemma rank_parts : [/\ shape r p V = true, shape r p (c_A c) = true & check_dual N r V (c_A c) = true].
Proof. by move: HR; rewrite /vectors_rank /rank_by => /andP [H1 /andP [H2 H3]]. Qed.
Lemma delta_bit m (i j : 'I_m) : (1%:M : 'M[Z]_m) i j = bit (Nat.eqb i j).
Proof.
rewrite mxE /bit. case: (Nat.eqb_spec i j) => [E|E]; case: (altP (i =P j)) => // E'; [|by case: E;
  rewrite E'].
by case/eqP: E'; apply: val_inj.
Qed.
Lemma VA_cong i j : cong N ((matV *m matA) i j) ((1%:M : 'M[Z]_r) i j).
Proof.
have [SV SA HD] := rank_parts. have [_ LV] := shape_spec SV. have [_ LA] := shape_spec SA.
have Hi : (i < r)%coq_nat by exact/ltP. have Hj : (j < r)%coq_nat by exact/ltP.
rewrite delta_bit. apply: cong_trans _ (check_dual_spec HB HD Hi Hj). apply: cong_sym. rewrite mxE.
have -> : \sum_t matV i t * matA t j = \sum_(t < p) (List.nth t (List.nth i V nil) 0%Z * List.nth t
  (List.nth j (c_A c) nil) 0%Z) by apply: eq_bigr => t _; rewrite !mxE.
by apply: dot_mod_sum; [exact: HN|exact: LV|exact: LA].
Qed.
Lemma coordinate_var i (a : 'I_p) : coordinate_of i (var a) = IZR (List.nth a (List.nth i V nil) 0%Z).
Proof. rewrite /coordinate_of /var. congr (IZR (List.nth _ _ _)). lia. Qed.
(* RANK: the vectors are linearly independent *)
Theorem vectors_independent_real (v : nat -> R) :
  (forall a, is_state p a = true ->
    ssum Reals (List.seq 0 r) (fun i => Rmult (v i) (coordinate_of i a)) = IZR 0) ->
  forall i, (i < r)%coq_nat -> v i = IZR 0.
Proof.
move=> Hv.
have detM : \det (matV *m matA) <> 0%Z.
  have E1 : \det (1%:M : 'M[Z]_r) = 1%Z by rewrite det1.
  apply: (cong1_nonzero HN). rewrite -[X in cong _ _ X]E1. exact: (cong_det VA_cong).
have H0 (a : 'I_p) : \big[Rplus/(IZR 0)]_(i < r) Rmult (v i) (IZR (matV i a)) = (IZR 0).
  have E := Hv (var a) (var_state (elimT ltP (ltn_ord a))). rewrite rsum_seq in E. rewrite -[RHS]E.
  by apply: eq_bigr => i _; rewrite coordinate_var mxE.
move=> i Hi. exact: (integer_kernel detM H0 (Ordinal (introT ltP Hi))).
Qed.

Hypothesis HI : check_independent P c = true.
Hypothesis HS : vectors_split P c V = true.
Lemma split_parts : (r + k)%coq_nat = p /\ check_split N p (c_A c) V (matrix_J P c) (c_C c) = true.
Proof. by move: HS; rewrite /vectors_split => /andP [/andP [/Nat.eqb_eq H1 H2] _]. Qed.
Lemma column_nth M (i j : nat) : List.nth i (column M j) 0%Z = List.nth j (List.nth i M nil) 0%Z.
Proof.
rewrite /column. have E0 : List.nth j nil 0%Z = 0%Z by case: (j).
have := List.map_nth (fun x => List.nth j x 0%Z) M nil i. by rewrite E0.
Qed.
Lemma vectors_split_cong (a b : 'I_p) :
  cong N ((matA *m matV + (intJ P c)^T *m intC P c)%ring a b) ((1%:M : 'M[Z]_p) a b).
Proof.
have [_ /forallb_forall H] := split_parts. have [_ SA _] := rank_parts.
have Ha : (a < p)%coq_nat by exact/ltP. have Hb : (b < p)%coq_nat by exact/ltP.
have /forallb_forall Ha' := H _ (proj2 (List.in_seq _ _ _) (conj (Nat.le_0_l a) Ha)).
have Ib := List.in_map (fun b => (b, (column V b, column (c_C c) b))) _ _
  (proj2 (List.in_seq _ _ _) (conj (Nat.le_0_l b) Hb)).
have /Z.eqb_eq /(cong_eq_mod HN) /= G := Ha' _ Ib.
rewrite delta_bit. apply: cong_trans _ G. apply: cong_sym. have [LA _] := shape_spec SA.
have [SC _] := independent_facts HI. have [LC _] := shape_spec SC.
have LJ : length (matrix_J P c) = k by rewrite /matrix_J List.map_length.
rewrite mxE. apply: congD; rewrite mxE.
- have -> : \sum_t matA a t * matV t b = \sum_(t < r) (List.nth t (column (c_A c) a) 0%Z * List.nth t
    (column V b) 0%Z) by apply: eq_bigr => t _; rewrite !column_nth !mxE.
  by apply: dot_mod_sum; [exact: HN|rewrite /column List.map_length|rewrite /column List.map_length].
- have -> : \sum_t (intJ P c)^T a t * intC P c t b = \sum_(t < k) (List.nth t (column (matrix_J P c) a) 0%Z *
    List.nth t (column (c_C c) b) 0%Z) by apply: eq_bigr => t _; rewrite !column_nth !mxE.
  by apply: dot_mod_sum; [exact: HN|rewrite /column List.map_length|rewrite /column List.map_length].
Qed.
Hypothesis HK : forall i j, (i < r)%coq_nat -> (j < k)%coq_nat ->
  ssum Reals (vars p) (fun a => Rmult (coordinate_of i a) (law_form (law_of j) a e0)) = IZR 0.
(* COMPLETENESS: what is orthogonal to the vectors is a combination of the gradients of the laws *)
Theorem vectors_complete_real (g : positive -> R) :
  (forall i, (i < r)%coq_nat -> ssum Reals (vars p) (fun a => Rmult (coordinate_of i a) (g a)) = IZR 0) ->
  exists cs : nat -> R, forall a, is_state p a = true ->
    g a = ssum Reals (List.seq 0 k) (fun i => Rmult (cs i) (law_slope (law_of i) e0 a)).
Proof.
move=> Hg. have [Hrk _] := split_parts.
have [T [HT [J HJ]]] := clear_matrix (J_known HB).
have HVJ : matV *m J^T = 0.
  apply/matrixP => i j. rewrite mxE [RHS]mxE. apply: eq_IZR_R0. rewrite IZR_sum.
  transitivity (Rmult (IZR T) (IZR 0)); last exact: Rmult_0_r.
  rewrite -[X in _ = Rmult _ X](HK (elimT ltP (ltn_ord i)) (elimT ltP (ltn_ord j))) rsum_vars big_distrr /=.
  apply: eq_bigr => a _. rewrite [J^T _ _]mxE [IZR (_ * _)]mult_IZR -(HJ j a).1 coordinate_var mxE. ring.
have [d [D0 [Q [S E]]]] := integer_split HN Hrk (fun i j => cong_refl N (matV i j)) (fun i j => (HJ i j).2)
  VA_cong
  vectors_split_cong HVJ.
have D0' : IZR d <> IZR 0 by exact: not_0_IZR.
pose den2 j := Rmult (peval Rring e0 (den (law_of j))) (peval Rring e0 (den (law_of j))).
pose Sg (j : 'I_k) := \big[Rplus/IZR 0]_(b < p) Rmult (IZR (S j b)) (g (var b)).
have [cs Hcs] : exists cs : nat -> R, forall j : 'I_k, cs j = Rmult (Rmult (Rdiv (IZR T) (IZR d)) (den2 j))
  (Sg j).
  exists (fun i => if (insub i : option 'I_k) is Some j then Rmult (Rmult (Rdiv (IZR T) (IZR d)) (den2 j))
    (Sg j) else IZR 0) => j.
  by rewrite valK.
exists cs => a Sa.
have La : (Pos.to_nat a - 1 < p)%nat by apply/ltP; move/Z.leb_le: Sa; lia.
pose i := Ordinal La. have Ea : a = var i by rewrite /var /=; lia.
have VG (t : 'I_r) : \big[Rplus/IZR 0]_(b < p) Rmult (IZR (matV t b)) (g (var b)) = IZR 0.
  rewrite -[RHS](Hg t (elimT ltP (ltn_ord t))) rsum_vars. by apply: eq_bigr => b _;
    rewrite coordinate_var mxE.
have M : Rmult (IZR d) (g (var i)) = \big[Rplus/IZR 0]_(j < k) Rmult (IZR (J j i)) (Sg j).
  transitivity (\big[Rplus/IZR 0]_(b < p) Rmult (IZR ((Q *m matV + J^T *m S)%ring i b)) (g (var b))).
    rewrite E (bigD1 i) //= big1 => [|b Hb]; first by rewrite mxE eqxx mulr1n Rplus_0_r.
    by rewrite mxE eq_sym (negbTE Hb) mulr0n Rmult_0_l.
  transitivity (Rplus (\big[Rplus/IZR 0]_(b < p) Rmult (IZR ((Q *m matV)%ring i b)) (g (var b)))
                      (\big[Rplus/IZR 0]_(b < p) Rmult (IZR ((J^T *m S)%ring i b)) (g (var b)))).
    rewrite -big_split /=. apply: eq_bigr => b _. by rewrite mxE [IZR (_ + _)]plus_IZR Rmult_plus_distr_r.
  have mulsum q (X : 'M[Z]_(p, q)) (Y : 'M[Z]_(q, p)) :
      \big[Rplus/IZR 0]_(b < p) Rmult (IZR ((X *m Y)%ring i b)) (g (var b)) =
      \big[Rplus/IZR 0]_(t < q) Rmult (IZR (X i t)) (\big[Rplus/IZR 0]_(b < p) Rmult (IZR (Y t b)) (g (var
        b))).
    transitivity (\big[Rplus/IZR 0]_(b < p) \big[Rplus/IZR 0]_(t < q) Rmult (IZR (X i t))
      (Rmult (IZR (Y t b)) (g (var b)))).
      apply: eq_bigr => b _. rewrite mxE IZR_sum big_distrl /=. apply: eq_bigr => t _.
      by rewrite [IZR (_ * _)]mult_IZR Rmult_assoc.
    rewrite exchange_big /=. apply: eq_bigr => t _. by rewrite big_distrr.
  rewrite !mulsum big1 ?Rplus_0_l => [|t _]; last by rewrite VG Rmult_0_r.
  apply: eq_bigr => j _. by rewrite mxE.
rewrite rsum_seq {1}Ea. apply: (Rmult_eq_reg_l (IZR d)) => //. rewrite M big_distrr /=. apply: eq_bigr => j _.
rewrite Hcs -(HJ j i).1 -Ea -slope_form; last by exact: (den_nonzero HB HI (List.nth_In laws nil (elimT ltP
  (ltn_ord j)))).
rewrite -/(den2 j). move: (den2 j) (Sg j) (law_slope _ _ _) => x y z. field. exact: D0'.
Qed.
End Vectors.
